using System.Globalization;
using Stateside.Language.Json;

namespace Stateside.Conformance.Paths;

/// <summary>
/// Paths beside Jayway JsonPath 2.0.0, the library of the service: those of the recordings and random ones must give the same, but for
/// what path-differences.json explains. What AWS gave for a recorded path counts more than either.
/// </summary>
internal sealed class PathSuite : IDisposable
{
    private const int Batch = 2000;
    private static readonly int MostShown = int.Parse(Environment.GetEnvironmentVariable("SHOWN") ?? "20");

    private readonly JavaProcess _java = new("PathReference", "json-path", "json-smart", "accessors-smart", "slf4j-api", "slf4j-nop", "jackson-core", "jackson-databind", "jackson-annotations");
    private readonly PathDifferences _differences = PathDifferences.Read(Path.Combine(AppContext.BaseDirectory, "path-differences.json"));
    private readonly SortedDictionary<string, int> _same = new(StringComparer.Ordinal);
    private int _unexplained;

    /// <summary>Runs it.</summary>
    /// <param name="arguments">The options, and before them the folder of the recordings where they are to be compared.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments)
    {
        var (count, seed) = (20_000, 1);
        var folder = arguments.Length % 2 == 1 ? arguments[0] : null;
        for (var i = arguments.Length % 2; i < arguments.Length; i += 2)
        {
            switch (arguments[i])
            {
                case "--count":
                    count = int.Parse(arguments[i + 1], CultureInfo.InvariantCulture);
                    break;
                case "--seed":
                    seed = int.Parse(arguments[i + 1], CultureInfo.InvariantCulture);
                    break;
                default:
                    Console.Error.WriteLine($"There is no option {arguments[i]}.");
                    return 2;
            }
        }

        using var suite = new PathSuite();
        if (folder is not null)
            suite.CompareRecorded(RecordedPaths.Read(folder));
        suite.CompareRandom(count, seed);
        return suite._unexplained == 0 ? 0 : 1;
    }

    public void Dispose() => _java.Dispose();

    private void CompareRecorded(List<RecordedPath> recorded)
    {
        var known = 0;
        for (var start = 0; start < recorded.Count; start += Batch)
        {
            var batch = recorded.Slice(start, Math.Min(Batch, recorded.Count - start));
            Compare([.. batch.Select(each => (each.Text, each.Input))]);
        }

        foreach (var each in recorded.Where(each => each.Value is not null))
        {
            known++;
            var ours = PathAnswer.OfOurs(each.Text, each.Input);
            if (!each.Value!.Equals(ours.Value))
                Tell(each.Text, each.Input, $"AWS {each.Value.Text}", ours);
        }

        Report($"recorded: {recorded.Count} paths with inputs, {known} of them with what AWS gave");
    }

    private void CompareRandom(int count, int seed)
    {
        var maker = new PathMaker(seed);
        for (var done = 0; done < count; done += Batch)
            Compare([.. Enumerable.Range(0, Math.Min(Batch, count - done)).Select(_ => maker.Next())]);
        Report($"random: {count} paths (seed {seed})");
    }

    private void Compare((string Path, JsonValue Document)[] batch)
    {
        var lines = _java.Ask([.. batch.Select(each => JsonWriter.Compact(JsonObject.Of(("path", new JsonString(each.Path)), ("document", each.Document))))]);
        for (var i = 0; i < batch.Length; i++)
        {
            var (ours, theirs) = (PathAnswer.OfOurs(batch[i].Path, batch[i].Document), PathAnswer.OfTheirs(lines[i]));
            if (ours.IsAs(theirs))
                _same[theirs.Kind] = _same.GetValueOrDefault(theirs.Kind) + 1;
            else if (_differences.Find(batch[i].Path, ours, theirs) is null)
                Tell(batch[i].Path, batch[i].Document, theirs, ours);
        }
    }

    private void Tell(string path, JsonValue document, object theirs, PathAnswer ours)
    {
        if (++_unexplained <= MostShown)
            Console.WriteLine($"differs: {path}\n  document  {document.Text}\n  reference {theirs}\n  ours      {ours}");
    }

    private void Report(string title)
    {
        Console.WriteLine($"paths, {title}");
        Console.WriteLine($"  the same: {string.Join(", ", _same.Select(each => $"{each.Value} {each.Key}"))}");
        foreach (var (id, times) in _differences.Met)
            Console.WriteLine($"  {times} {id}: {_differences.ReasonOf(id)}");
        Console.WriteLine($"  unexplained: {_unexplained}");
        _same.Clear();
        _differences.Met.Clear();
    }
}
