using System.Globalization;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Aws.Services;

/// <summary>Lists that services give a page at a time; the token of a page is how many came before it.</summary>
internal static class ListPage
{
    /// <summary>The page that a request asks for.</summary>
    /// <param name="request">The request: NextToken, and MaxResults where the action has it.</param>
    /// <param name="member">What the list is called.</param>
    /// <param name="most">As many a page has at most.</param>
    /// <param name="all">The list.</param>
    /// <param name="wrongToken">What the service says of a token that it has not given.</param>
    public static JsonObject Of(JsonObject request, string member, int most, IEnumerable<JsonValue> all, Func<StoreRefusal> wrongToken)
    {
        var before = 0;
        if (request.Text("NextToken") is { Length: > 0 } token && !int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw wrongToken();
        if (request["MaxResults"] is JsonNumber { IsInt64: true, Int64: >= 1 } asked && asked.Int64 < most)
            most = (int)asked.Int64;
        var rest = all.Skip(before).Take(most + 1).ToList();
        var page = JsonArray.Of(rest.Take(most));
        return rest.Count <= most
            ? JsonObject.Of((member, page))
            : JsonObject.Of((member, page), ("NextToken", JsonValue.From($"{before + most}")));
    }
}
