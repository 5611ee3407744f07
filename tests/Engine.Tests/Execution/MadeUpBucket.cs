using System.Text;
using Stateside.Engine.Items;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Execution;

/// <summary>S3 as far as a writer of results uses it, in memory.</summary>
internal sealed class MadeUpBucket
{
    private readonly Dictionary<(string Upload, int Number), byte[]> _parts = [];

    /// <summary>The objects in the order in which they came.</summary>
    public OrderedDictionary<string, byte[]> Objects { get; } = [];

    /// <summary>The keys of uploads under way.</summary>
    public Dictionary<string, string> Uploads { get; } = [];

    /// <summary>What was asked for, parts with their numbers.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>The sizes of the parts that came.</summary>
    public List<long> PartSizes { get; } = [];

    /// <summary>Whether a call is refused.</summary>
    public Predicate<string> Refuses { get; set; } = _ => false;

    public ObjectStorage Storage => new(AskAsync);

    public string Text(string key) => Encoding.UTF8.GetString(Objects[key]);

    public long Size(string key) => Objects[key].Length;

    public IEnumerable<string> Lines(string key) => Text(key).TrimEnd('\n').Split('\n');

    public ValueTask<(JsonObject Body, ReadOnlyMemory<byte> Content)> AskAsync(
        string action, JsonObject parameters, ReadOnlyMemory<byte>? content, CancellationToken cancellationToken)
    {
        var call = parameters["PartNumber"] is JsonNumber part ? $"{action} {part.Int64}" : action;
        Calls.Add(call);
        if (Refuses(call))
            throw new MapItemsException("refused");
        return ValueTask.FromResult<(JsonObject, ReadOnlyMemory<byte>)>((Answer(action, parameters, content), default));
    }

    private JsonObject Answer(string action, JsonObject parameters, ReadOnlyMemory<byte>? content)
    {
        string Of(string name) => ((JsonString)parameters[name]!).Value;
        switch (action)
        {
            case "PutObject":
                Objects[Of("Key")] = content!.Value.ToArray();
                return JsonObject.Empty;
            case "CreateMultipartUpload":
                var id = $"u{Uploads.Count}";
                Uploads.Add(id, Of("Key"));
                return JsonObject.Of(("UploadId", JsonValue.From(id)));
            case "UploadPart":
                var number = (int)((JsonNumber)parameters["PartNumber"]!).Int64;
                _parts[(Of("UploadId"), number)] = content!.Value.ToArray();
                PartSizes.Add(content.Value.Length);
                return JsonObject.Of(("ETag", JsonValue.From($"\"{number}\"")));
            case "CompleteMultipartUpload":
                var parts = (JsonArray)((JsonObject)parameters["MultipartUpload"]!)["Parts"]!;
                Assert.Equal(Enumerable.Range(1, parts.Count).Select(i => $"\"{i}\""), parts.Select(part => ((JsonString)((JsonObject)part)["ETag"]!).Value));
                Assert.Equal(Of("Key"), Uploads[Of("UploadId")]);
                Objects[Of("Key")] = [.. Enumerable.Range(1, parts.Count).SelectMany(i => _parts[(Of("UploadId"), i)])];
                Uploads.Remove(Of("UploadId"));
                return JsonObject.Empty;
            case "AbortMultipartUpload":
                Uploads.Remove(Of("UploadId"));
                return JsonObject.Empty;
            case "ListMultipartUploads":
                return JsonObject.Of(("Uploads", JsonArray.Of(Uploads.Where(upload => upload.Value.StartsWith(Of("Prefix"), StringComparison.Ordinal)).Select(upload =>
                    JsonObject.Of(("Key", JsonValue.From(upload.Value)), ("UploadId", JsonValue.From(upload.Key)))))));
            default:
                throw new InvalidOperationException($"There is no {action} here.");
        }
    }
}
