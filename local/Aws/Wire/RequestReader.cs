using System.Text;
using Stateside.Engine.Tasks.Services.Wire;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Aws.Wire;

/// <summary>What a request asks for.</summary>
/// <param name="Action">The action.</param>
/// <param name="Members">The request's members by their names in the API, in the form of <see cref="Stateside.Engine.Tasks.ServiceCall"/>.</param>
/// <param name="Content">The body, where a member of bytes is all of it; else null.</param>
internal sealed record ReceivedCall(ServiceAction Action, JsonObject Members, ReadOnlyMemory<byte>? Content);

/// <summary>Reads the requests of one service, in its protocol: what <see cref="WireFormat"/> writes.</summary>
internal sealed class RequestReader(ServiceModel service)
{
    private readonly Lazy<RestRoutes> _routes = new(() => new RestRoutes(service));

    /// <summary>Reads a request.</summary>
    /// <returns>What it asks for; null when the service has no such action.</returns>
    /// <exception cref="FormatException">The body is not in the service's format.</exception>
    public ReceivedCall? Read(ReceivedRequest request) => service.Protocol switch
    {
        ServiceProtocol.Json => ReadJson(request),
        ServiceProtocol.Query => ReadForm(request),
        ServiceProtocol.RestJson or ServiceProtocol.RestXml => ReadRest(request),
        var other => throw new InvalidOperationException($"No service here speaks {other}."),
    };

    /// <summary>Whether the service has the action that a request is for.</summary>
    public bool Knows(ReceivedRequest request) => service.Protocol switch
    {
        ServiceProtocol.Json => ActionOfTarget(request) is not null,
        ServiceProtocol.Query => ActionOfForm(FormOf(request)) is not null,
        ServiceProtocol.RestJson or ServiceProtocol.RestXml => _routes.Value.Find(request) is not null,
        _ => false,
    };

    private ServiceAction? ActionOfTarget(ReceivedRequest request) =>
        request.Header("X-Amz-Target")?.Split('.') is [.., var name] ? service.FindAction(name) : null;

    private static IReadOnlyList<KeyValuePair<string, string>> FormOf(ReceivedRequest request)
    {
        var form = ReceivedRequest.Pairs(Encoding.UTF8.GetString(request.Content.Body));
        return form.Count == 0 ? request.Query : form;
    }

    private ServiceAction? ActionOfForm(IReadOnlyList<KeyValuePair<string, string>> form) =>
        form.FirstOrDefault(pair => pair.Key == "Action").Value is { } name ? service.FindAction(name) : null;

    private ReceivedCall? ReadJson(ReceivedRequest request)
    {
        if (ActionOfTarget(request) is not { } action)
            return null;
        var members = new JsonObject.Builder();
        var body = JsonBody.ParseObject(request.Content.Body);
        if (action.Input is { } input)
            JsonBody.Read(members, input, body);
        return new(action, members.ToObject(), null);
    }

    private ReceivedCall? ReadForm(ReceivedRequest request)
    {
        var form = FormOf(request);
        if (ActionOfForm(form) is not { } action)
            return null;

        // A page can lead a browser here by a link or a picture, which tell no origin: that may look, and no more.
        var onlyLooks = action.Name.StartsWith("Get", StringComparison.Ordinal) || action.Name.StartsWith("List", StringComparison.Ordinal);
        if (request.Method != "POST" && !onlyLooks)
            return null;
        return new(action, action.Input is { } input ? new FormReader(form).Read(input) : JsonObject.Empty, null);
    }

    private ReceivedCall? ReadRest(ReceivedRequest request)
    {
        if (_routes.Value.Find(request) is not var (action, labels))
            return null;
        var members = new JsonObject.Builder();
        if (action.Input is not { } input)
            return new(action, JsonObject.Empty, null);
        foreach (var member in input.Members)
        {
            if (member.Place == MemberPlace.Path && labels.TryGetValue(member.WireName ?? member.Name, out var label))
                Set(members, member, label);
            else if (member.Place == MemberPlace.Query)
                SetQuery(members, member, request);
        }

        RestAnswer.ReadMembers(members, service.Protocol, input, request.Content);
        var hasContent = RestFormat.PayloadOf(input) is { Shape.Kind: ShapeKind.Blob };
        return new(action, members.ToObject(), hasContent ? request.Content.Body : default(ReadOnlyMemory<byte>?));
    }

    private static void SetQuery(JsonObject.Builder members, ServiceMember member, ReceivedRequest request)
    {
        var name = member.WireName ?? member.Name;
        if (member.Shape.Kind != ShapeKind.List)
        {
            if (request.InQuery(name) is { } text)
                Set(members, member, text);
            return;
        }

        var items = request.Query.Where(pair => pair.Key == name).Select(pair => WireText.Read(member.Shape.Item, pair.Value)).OfType<JsonValue>().ToList();
        if (items.Count > 0)
            members.Set(member.Name, JsonArray.Of(items));
    }

    private static void Set(JsonObject.Builder members, ServiceMember member, string text)
    {
        if (WireText.Read(member.Shape, text) is { } value)
            members.Set(member.Name, value);
    }
}
