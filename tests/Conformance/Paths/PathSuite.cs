using System.Globalization;
using Stateside.Language.Json;

namespace Stateside.Conformance.Paths;

/// <summary>
/// Paths beside Jayway JsonPath 2.0.0, the library of the service: our cases, the paths of the recordings and random ones must give the
/// same, but for what path-differences.json explains. What AWS gave for a recorded path counts more than the library.
/// </summary>
internal sealed class PathSuite : IDisposable
{
    private const int Batch = 2000;

    private readonly JavaProcess _java = new(
        "PathReference",
        "json-path", "json-smart", "accessors-smart", "slf4j-api", "slf4j-nop", "jackson-core", "jackson-databind", "jackson-annotations");

    private readonly PathDifferences _differences = PathDifferences.Read(Path.Combine(AppContext.BaseDirectory, "path-differences.json"));
    private readonly SortedDictionary<string, int> _same = new(StringComparer.Ordinal);
    private readonly int _mostShown;
    private int _unexplained;

    private PathSuite(int mostShown) => _mostShown = mostShown;

    /// <summary>Runs it.</summary>
    /// <param name="arguments">The folder of the recordings, where they are to be compared, and the options.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments)
    {
        var (count, seed, show) = (20_000, 1, 20);
        var folder = arguments.Length % 2 == 1 ? arguments[0] : null;
        for (var i = arguments.Length % 2; i < arguments.Length; i += 2)
        {
            var value = int.Parse(arguments[i + 1], CultureInfo.InvariantCulture);
            switch (arguments[i])
            {
                case "--count":
                    count = value;
                    break;
                case "--seed":
                    seed = value;
                    break;
                case "--show":
                    show = value;
                    break;
                default:
                    Console.Error.WriteLine($"There is no option {arguments[i]}.");
                    return 2;
            }
        }

        using var suite = new PathSuite(show);
        suite.CompareRecorded("our cases", [.. OurCases()]);
        if (folder is not null)
            suite.CompareRecorded("recorded", RecordedPaths.Read(folder));
        suite.CompareRandom(count, seed);
        return suite._unexplained == 0 ? 0 : 1;
    }

    public void Dispose() => _java.Dispose();

    /// <summary>The paths of tests/cases/paths, which Language.Tests holds us against.</summary>
    private static IEnumerable<RecordedPath> OurCases() =>
        from file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "cases", "paths"), "*.json").Order(StringComparer.Ordinal)
        let cases = (JsonObject)LooseJson.ReadFile(file)
        from item in ((JsonArray)cases["cases"]!).Cast<JsonObject>()
        select new RecordedPath(((JsonString)item["path"]!).Value, cases["document"]!, item["gives"]);

    private void CompareRecorded(string title, List<RecordedPath> recorded)
    {
        foreach (var batch in recorded.Chunk(Batch))
            Compare([.. batch.Select(each => (each.Text, each.Document))]);
        var known = recorded.Where(each => each.Expected is not null).ToList();
        foreach (var each in known)
        {
            var ours = PathAnswer.OfOurs(each.Text, each.Document);
            if (!each.Expected!.Equals(ours.Value))
                Tell(each.Text, each.Document, each.Expected.Text, ours);
        }

        Report($"{title}: {recorded.Count} paths with documents, {known.Count} with a value to be given");
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
        var questions = batch.Select(each => JsonObject.Of(("path", new JsonString(each.Path)), ("document", each.Document)));
        var lines = _java.Ask([.. questions.Select(JsonWriter.Compact)]);
        for (var i = 0; i < batch.Length; i++)
        {
            var (ours, theirs) = (PathAnswer.OfOurs(batch[i].Path, batch[i].Document), PathAnswer.OfTheirs(lines[i]));
            if (ours.IsAs(theirs))
                _same[theirs.Kind] = _same.GetValueOrDefault(theirs.Kind) + 1;
            else if (!_differences.Explains(batch[i].Path, ours, theirs))
                Tell(batch[i].Path, batch[i].Document, theirs.ToString(), ours);
        }
    }

    private void Tell(string path, JsonValue document, string expected, PathAnswer ours)
    {
        if (++_unexplained <= _mostShown)
            Console.WriteLine($"differs: {path}\n  document {document.Text}\n  expected {expected}\n  ours     {ours}");
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
