using Stateside.Engine.Files;
using Stateside.Engine.Template.Parsing;
using Stateside.Language.Json;

namespace Stateside.Aws.Contents;

/// <summary>
/// A folder whose content fills what a template declares: <c>tables/NAME.jsonl</c> with an item a line, <c>buckets/NAME/</c> with the
/// objects as files, <c>queues/NAME.jsonl</c> with a message a line. NAME is a logical id or a name. All of it is read and looked over before
/// anything is put. What is put again takes the place of what was there; messages go only to a queue that has none.
/// </summary>
internal sealed class SeedFolder
{
    private static readonly string[] Parts = ["tables", "buckets", "queues"];
    private static readonly string[] LineExtensions = [".jsonl", ".ndjson"];

    /// <summary>What systems and version control leave in folders.</summary>
    private static readonly string[] NotMeant = [".DS_Store", ".gitkeep", "Thumbs.db", "desktop.ini"];

    private readonly TemplateContents _contents;
    private readonly Action<string> _say;
    private readonly List<(string Place, Action Put)> _puts = [];

    private SeedFolder(TemplateContents contents, Action<string> say)
    {
        _contents = contents;
        _say = say;
    }

    /// <summary>Fills what a template declares.</summary>
    /// <param name="folder">The folder's path.</param>
    /// <param name="contents">What is filled.</param>
    /// <param name="say">Is told what is passed over, one sentence each.</param>
    /// <exception cref="ContentException">Something in the folder is wrong; the message begins with its file and line.</exception>
    public static void Put(string folder, TemplateContents contents, Action<string> say)
    {
        var seed = new SeedFolder(contents, say);
        try
        {
            seed.Read(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ContentException($"{folder}: cannot be read: {e.Message}");
        }

        foreach (var (place, put) in seed._puts)
        {
            At(place, () =>
            {
                put();
                return true;
            });
        }
    }

    private void Read(string folder)
    {
        foreach (var inside in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            var part = Path.GetFileName(inside);
            if (part.StartsWith('.'))
                continue;
            if (!Parts.Contains(part))
                throw new ContentException($"{inside}: a seed has no folder '{part}'. {Nearest.Hint(part, Parts, "folders", "A seed")}");
            var service = part switch
            {
                "tables" => TemplateContents.TableService,
                "buckets" => TemplateContents.BucketService,
                _ => TemplateContents.QueueService,
            };
            if (_contents.Elsewhere(service) is { } reason)
                _say($"{inside} is passed over: {reason}");
            else if (part == "buckets")
                ReadBuckets(inside);
            else
                ReadLines(inside, part == "tables" ? ReadTable : ReadQueue);
        }

        if (Files(folder).FirstOrDefault(file => IsLines(file)) is { } lost)
            throw new ContentException($"{lost}: a seed has items in its folder tables, messages in queues. Move the file there.");
    }

    private static void ReadLines(string folder, Action<string, string> read)
    {
        foreach (var file in Files(folder))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (!IsLines(file))
                throw new ContentException($"{file}: a seed has JSON lines here, one value a line. Name it {name}{LineExtensions[0]}.");
            read(file, name);
        }
    }

    private void ReadTable(string file, string name)
    {
        var table = At(file, () => _contents.Table(name));
        foreach (var (place, value, _) in Lines(file))
        {
            var item = value as JsonObject ?? throw new ContentException(
                $"{place}: this is no item. Write an object with the table's key, {string.Join(" and ", table.Key.Attributes.Select(key => key.Name))}.");
            _puts.Add((place, () => table.Put(item)));
        }
    }

    private void ReadQueue(string file, string name)
    {
        var queue = At(file, () => _contents.Queue(name));
        if (queue.Count is not { Visible: 0, InFlight: 0, Delayed: 0 })
            return;
        foreach (var (place, value, text) in Lines(file))
        {
            // A request of SendMessage says more than a body; any other value is the body.
            var request = value as JsonObject;
            var body = request?["MessageBody"] as JsonString ?? value as JsonString;
            _puts.Add((place, () => queue.Send(body?.Value ?? text, body is null ? JsonObject.Empty : request ?? JsonObject.Empty)));
        }
    }

    private void ReadBuckets(string folder)
    {
        if (Files(folder).FirstOrDefault() is { } lost)
            throw new ContentException($"{lost}: a bucket's objects are files in a folder of the bucket's name. Move the file into one.");
        foreach (var inside in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            var bucket = At(inside, () => _contents.Bucket(Path.GetFileName(inside)));
            foreach (var (path, file) in UserFolder.Files(inside).Where(found => IsMeant(found.Path)).OrderBy(found => found.Path, StringComparer.Ordinal))
                _puts.Add((Path.Combine(inside, path), () => bucket.PutFile(path.Replace(Path.DirectorySeparatorChar, '/'), file.FullName)));
        }
    }

    private static IEnumerable<(string Place, JsonValue Value, string Text)> Lines(string file)
    {
        var number = 0;
        foreach (var line in UserFile.Length(file) == 0 ? [] : UserFile.ReadLines(file))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            var place = $"{file}, line {number}";
            yield return (place, Parse(line, place), line);
        }
    }

    private static JsonValue Parse(string line, string place)
    {
        try
        {
            return JsonReader.Parse(line);
        }
        catch (JsonSyntaxException e)
        {
            throw new ContentException($"{place}, column {e.Column}: this is not JSON: {e.Problem} Each line must be one JSON value.");
        }
    }

    /// <summary>Does something for a place in the folder, which then stands before whatever is wrong.</summary>
    private static T At<T>(string place, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ContentException e)
        {
            throw new ContentException($"{place}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ContentException($"{place}: cannot be read: {e.Message}");
        }
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder).Where(IsMeant).Where(file => !Path.GetFileName(file).StartsWith('.')).Order(StringComparer.Ordinal);

    private static bool IsMeant(string file) => !NotMeant.Contains(Path.GetFileName(file));

    private static bool IsLines(string file) => LineExtensions.Contains(Path.GetExtension(file));
}
