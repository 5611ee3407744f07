namespace Stateside.Aws.DynamoDb.Expressions;

/// <summary>Reads projection expressions.</summary>
internal static class ProjectionParser
{
    private const string Kind = "ProjectionExpression";

    public static IReadOnlyList<DocumentPath> Parse(string text, ExpressionScope scope)
    {
        var reader = new ExpressionReader(text, Kind, scope);
        var paths = new List<DocumentPath>();
        do
        {
            var path = reader.Path();
            foreach (var earlier in paths)
            {
                if (earlier.Overlaps(path))
                    throw reader.Wrong($"Two document paths overlap with each other; must remove or rewrite one of these paths; path one: {earlier}, path two: {path}");
                if (earlier.Conflicts(path))
                    throw reader.Wrong($"Two document paths conflict with each other; must remove or rewrite one of these paths; path one: {earlier}, path two: {path}");
            }

            paths.Add(path);
        }
        while (reader.Take(","));
        reader.ExpectEnd();
        return paths;
    }
}
