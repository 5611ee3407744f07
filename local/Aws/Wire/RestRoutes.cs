using Stateside.Language.Services;

namespace Stateside.Aws.Wire;

/// <summary>Finds the action of a REST service that a request calls: by its method, its path, and what the query and the headers must have.</summary>
internal sealed class RestRoutes
{
    /// <summary>What AWS's SDKs put into queries to tell a request's action to those who read logs; others leave it out.</summary>
    private const string ActionHint = "x-id";

    private readonly ILookup<string, Route> _routes;

    /// <summary>The routes of a service's actions.</summary>
    public RestRoutes(ServiceModel service) => _routes = service.ActionNames
        .Select(name => new Route(service.FindAction(name)!))
        .OrderByDescending(route => route.Weight)
        .ToLookup(route => route.Action.Method);

    /// <summary>The action, and the members that stand in the path by their names on the wire; null when no action is called so.</summary>
    public (ServiceAction Action, Dictionary<string, string> Labels)? Find(ReceivedRequest request)
    {
        foreach (var route in _routes[request.Method])
        {
            if (route.Match(request) is { } labels)
                return (route.Action, labels);
        }

        return null;
    }

    private sealed class Route
    {
        private readonly string[] _segments;
        private readonly IReadOnlyList<KeyValuePair<string, string>> _query;
        private readonly string[] _neededQuery;
        private readonly string[] _neededHeaders;

        public Route(ServiceAction action)
        {
            Action = action;
            var parts = action.Uri.Split('?', 2);
            _segments = Segments(parts[0]);
            _query = parts.Length < 2 ? [] : [.. ReceivedRequest.Pairs(parts[1]).Where(pair => pair.Key != ActionHint)];
            string[] Needed(MemberPlace place) =>
                [.. (action.Input?.Members ?? []).Where(member => member.IsRequired && member.Place == place).Select(member => member.WireName ?? member.Name)];
            _neededQuery = Needed(MemberPlace.Query);
            _neededHeaders = Needed(MemberPlace.Header);
        }

        public ServiceAction Action { get; }

        /// <summary>The more a route asks for, the earlier it is tried; plain words of a path before members, those before the rest of a path.</summary>
        public int Weight => _segments.Sum(segment => segment.EndsWith("+}", StringComparison.Ordinal) ? 1 : IsLabel(segment) ? 100 : 10_000)
            + (10 * (_query.Count + _neededQuery.Length)) + _neededHeaders.Length;

        public Dictionary<string, string>? Match(ReceivedRequest request)
        {
            var given = Segments(request.Path);
            var labels = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var i = 0; i < _segments.Length; i++)
            {
                var segment = _segments[i];
                if (i >= given.Length)
                    return null;
                if (segment.EndsWith("+}", StringComparison.Ordinal))
                {
                    // A key may begin and end with slashes, and have empty parts.
                    labels[segment[1..^2]] = Uri.UnescapeDataString(string.Join('/', given[i..]));
                    return labels[segment[1..^2]].Length > 0 && HasRest(request) ? labels : null;
                }

                if (IsLabel(segment))
                    labels[segment[1..^1]] = Uri.UnescapeDataString(given[i]);
                else if (segment != given[i])
                    return null;
            }

            // A slash more at the end means the same.
            var rest = given.Length - _segments.Length;
            return (rest == 0 || (rest == 1 && given[^1].Length == 0)) && HasRest(request) ? labels : null;
        }

        private static string[] Segments(string path) => path == "/" ? [] : path[1..].Split('/');

        private static bool IsLabel(string segment) => segment.StartsWith('{');

        private bool HasRest(ReceivedRequest request) =>
            _query.All(pair => request.InQuery(pair.Key) is { } value && (pair.Value.Length == 0 || value == pair.Value))
            && Array.TrueForAll(_neededQuery, name => request.InQuery(name) is not null)
            && Array.TrueForAll(_neededHeaders, name => request.Header(name) is not null);
    }
}
