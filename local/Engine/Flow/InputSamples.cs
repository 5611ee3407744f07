using Stateside.Engine.Files;
using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Engine.Flow;

/// <summary>
/// What inputs look like that lie in files as samples: a member is certain where every sample has it, and there are no others. That is a
/// guess, which is why it is only made when somebody asks.
/// </summary>
internal static class InputSamples
{
    /// <summary>The shape of all samples.</summary>
    /// <param name="paths">Files of JSON, files of a JSON value on each line that end in .ndjson or .jsonl, and folders of such.</param>
    /// <returns>The shape; <see cref="Shape.Never"/> where there are none.</returns>
    /// <exception cref="IOException">One cannot be read.</exception>
    /// <exception cref="JsonSyntaxException">One is no JSON.</exception>
    public static Shape Read(IEnumerable<string> paths)
    {
        var shape = Shape.Never;
        foreach (var path in paths.SelectMany(Files))
        {
            if (IsLines(path))
                shape = UserFile.ReadLines(path).Where(line => !string.IsNullOrWhiteSpace(line))
                    .Aggregate(shape, (all, line) => all.Join(Of(JsonReader.Parse(line))));
            else
                shape = shape.Join(Of(JsonReader.Parse(UserFile.ReadText(path))));
        }

        return shape;
    }

    /// <summary>The shape of values like a sample: any text, any number, as many items.</summary>
    public static Shape Of(JsonValue sample) => sample switch
    {
        JsonString => Shape.Text,
        JsonBoolean => Shape.Boolean,
        JsonArray items => Shape.ListOf(items.Aggregate(Shape.Never, (all, item) => all.Join(Of(item)))),
        JsonObject members => Shape.Object(members.Select(member => (member.Key, Of(member.Value)))),
        _ => Shape.Constant(sample),
    };

    private static IEnumerable<string> Files(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path).Where(file => IsLines(file) || Path.GetExtension(file) == ".json").Order(StringComparer.Ordinal)
        : [path];

    private static bool IsLines(string path) => Path.GetExtension(path) is ".ndjson" or ".jsonl";
}
