using System.Globalization;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Conformance.Stores;

/// <summary>What a service answered, in one form for all of them.</summary>
/// <param name="Body">The members of the answer; null when it refused.</param>
/// <param name="Code">The error's code, or its status where an answer has no body; null when it answered.</param>
/// <param name="Message">The error's sentence.</param>
internal sealed record Answer(JsonObject? Body, string? Code, string? Message)
{
    public bool IsError => Code is not null;

    public static Answer Of(ServiceResponse response) => response switch
    {
        ServiceResponse.Answered { Content: { } content } answered =>
            new(answered.Body.With("Body", JsonValue.From(Convert.ToBase64String(content.Span))), null, null),
        ServiceResponse.Answered answered => new(answered.Body, null, null),
        ServiceResponse.Refused { Error: { Message.Length: 0 } bare } => new(null, bare.StatusCode.ToString(CultureInfo.InvariantCulture), ""),
        ServiceResponse.Refused { Error: var error } => new(null, error.QueryCode ?? error.Code, error.Message),
        _ => throw new InvalidOperationException($"There is no answer such as {response}."),
    };

    public override string ToString() => IsError ? $"{Code}: {Message}" : Body!.Text;
}
