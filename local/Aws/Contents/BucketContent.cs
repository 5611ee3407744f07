using Microsoft.AspNetCore.StaticFiles;
using Stateside.Aws.S3;
using Stateside.Aws.Services;
using Stateside.Engine.Files;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Aws.Contents;

/// <summary>An object as a listing has it.</summary>
internal sealed record ListedObject(string Key, long Size, DateTimeOffset Modified);

/// <summary>A part of a bucket.</summary>
/// <param name="Prefixes">What stands for all objects whose keys begin with it, where the listing goes by folders.</param>
/// <param name="Objects">The objects.</param>
/// <param name="Next">The token to go on with; null at the end.</param>
internal sealed record ObjectPage(IReadOnlyList<string> Prefixes, IReadOnlyList<ListedObject> Objects, string? Next);

/// <summary>An object.</summary>
/// <param name="Headers">What is known of it, by the names of the API.</param>
/// <param name="Content">Its content.</param>
internal sealed record FoundObject(JsonObject Headers, ReadOnlyMemory<byte> Content);

/// <summary>A bucket's objects.</summary>
internal sealed class BucketContent(Declared declared, S3Store store)
{
    private const int PartBytes = 8 * 1024 * 1024;
    private static readonly FileExtensionContentTypeProvider Types = new();

    public Declared Declared => declared;

    public (long Objects, long Bytes) Count => store.Count(declared.Name);

    /// <summary>Puts an object.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="content">Its content.</param>
    /// <param name="type">Its content type; null for the one that its key's extension stands for.</param>
    /// <exception cref="ContentException">S3 would refuse it.</exception>
    public void Put(string key, ReadOnlyMemory<byte> content, string? type = null)
    {
        var request = Request(("Key", JsonValue.From(key)));
        if ((type ?? TypeOf(key)) is { } known)
            request = request.With("ContentType", JsonValue.From(known));
        Ask("PutObject", request, content);
    }

    /// <summary>Puts a file as an object: one of many bytes in parts, so that it is never whole in memory.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ContentException">S3 would refuse it.</exception>
    public void PutFile(string key, string path)
    {
        if (UserFile.Length(path) == 0)
        {
            // A pipe or a device too, which is not waited for.
            Put(key, default);
            return;
        }

        using var file = File.OpenRead(path);
        if (file.Length <= PartBytes)
        {
            var content = new byte[file.Length];
            file.ReadExactly(content);
            Put(key, content);
            return;
        }

        var begun = Request(("Key", JsonValue.From(key)));
        if (TypeOf(key) is { } type)
            begun = begun.With("ContentType", JsonValue.From(type));
        var upload = Ask("CreateMultipartUpload", begun)["UploadId"]!;
        var parts = new List<JsonValue>();
        var part = new byte[PartBytes];
        while (file.ReadAtLeast(part, PartBytes, throwOnEndOfStream: false) is > 0 and var length)
        {
            var number = JsonValue.From(parts.Count + 1);
            var answer = Ask("UploadPart", Request(("Key", JsonValue.From(key)), ("UploadId", upload), ("PartNumber", number)), part.AsMemory(0, length));
            parts.Add(JsonObject.Of(("PartNumber", number), ("ETag", answer["ETag"]!)));
        }

        var whole = JsonObject.Of(("Parts", JsonArray.Of(parts)));
        Ask("CompleteMultipartUpload", Request(("Key", JsonValue.From(key)), ("UploadId", upload), ("MultipartUpload", whole)));
    }

    /// <summary>The object of a key; null where there is none.</summary>
    public FoundObject? Get(string key)
    {
        try
        {
            var answer = store.Execute("GetObject", Request(("Key", JsonValue.From(key))), default);
            return new(answer.Body, answer.Content ?? default);
        }
        catch (StoreRefusal)
        {
            // A bucket that was found refuses to give only what it does not have.
            return null;
        }
    }

    /// <summary>Deletes the object of a key, if there is one.</summary>
    public void Delete(string key) => Ask("DeleteObject", Request(("Key", JsonValue.From(key))));

    /// <summary>The objects whose keys begin with a text, so many at most, by their keys.</summary>
    /// <param name="most">How many.</param>
    /// <param name="prefix">What keys begin with.</param>
    /// <param name="token">Where to go on; null for the beginning.</param>
    /// <param name="byFolder">Whether what lies behind a further slash is one entry.</param>
    public ObjectPage Objects(int most, string prefix = "", string? token = null, bool byFolder = false)
    {
        var request = Request(("MaxKeys", JsonValue.From(most)), ("Prefix", JsonValue.From(prefix)));
        if (token is not null)
            request = request.With("ContinuationToken", JsonValue.From(token));
        if (byFolder)
            request = request.With("Delimiter", JsonValue.From("/"));
        var answer = Ask("ListObjectsV2", request);
        return new(
            [.. Entries(answer, "CommonPrefixes").Select(entry => entry.Text("Prefix")!)],
            [.. Entries(answer, "Contents").Select(entry => new ListedObject(
                entry.Text("Key")!, ((JsonNumber)entry["Size"]!).Int64,
                DateTimeOffset.Parse(entry.Text("LastModified")!, System.Globalization.CultureInfo.InvariantCulture)))],
            answer.Text("NextContinuationToken"));
    }

    /// <summary>The keys of all objects, or of those whose keys begin with a text.</summary>
    public IEnumerable<string> Keys(string prefix)
    {
        for (string? token = null; ;)
        {
            var page = Objects(1000, prefix, token);
            foreach (var found in page.Objects)
                yield return found.Key;
            if ((token = page.Next) is null)
                yield break;
        }
    }

    private static string? TypeOf(string key) => Types.TryGetContentType(key, out var type) ? type : null;

    private static IEnumerable<JsonObject> Entries(JsonObject answer, string member) => (answer[member] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>();

    private JsonObject Request(params ReadOnlySpan<(string Name, JsonValue Value)> members) =>
        JsonObject.Of([("Bucket", JsonValue.From(declared.Name)), .. members]);

    private JsonObject Ask(string action, JsonObject request, ReadOnlyMemory<byte> content = default) =>
        TemplateContents.Asking(() => store.Execute(action, request, content).Body);
}
