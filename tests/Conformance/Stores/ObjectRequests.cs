using System.Text;
using Stateside.Language.Json;

namespace Stateside.Conformance.Stores;

/// <summary>Makes requests to S3 at random, on few enough keys to meet each other.</summary>
internal sealed class ObjectRequests(Random random)
{
    public static readonly string[] Buckets = ["first-bucket", "second-bucket"];

    private static readonly string[] Keys =
        ["a", "a/1", "a/2", "a/b/3", "b/1", "b/2", "c d", "é", "日本", "z+y", "z&y=1", "a!b", "a-b", "A", "deep/er/and/deeper", "b//x", "100%", "~"];

    private static readonly string[] Bodies = ["", "hello", "{\"a\":1}", "zwölf", "0123456789"];

    /// <summary>The next request.</summary>
    public (string Action, JsonObject Request, byte[]? Content) Next()
    {
        var request = new JsonObject.Builder().Set("Bucket", JsonValue.From(Chance(97) ? Pick(Buckets) : "no-such-bucket"));
        switch (random.Next(100))
        {
            case < 30:
                Facts(request.Set("Key", Key()));
                if (Chance(10))
                    request.Set("IfNoneMatch", JsonValue.From("*"));
                return ("PutObject", request.ToObject(), Encoding.UTF8.GetBytes(Pick(Bodies)));
            case < 50:
                request.Set("Key", Key());
                if (Chance(25))
                    request.Set("Range", JsonValue.From(Pick("bytes=0-2", "bytes=2-", "bytes=-3", "bytes=1-100", "bytes=4-4", "bytes=20-30")));
                else if (Chance(15))
                    request.Set(Pick("IfMatch", "IfNoneMatch"), JsonValue.From(Pick("\"5d41402abc4b2a76b9719d911017c592\"", "\"d41d8cd98f00b204e9800998ecf8427e\"")));
                return ("GetObject", request.ToObject(), null);
            case < 60:
                return ("HeadObject", request.Set("Key", Key()).ToObject(), null);
            case < 70:
                return ("DeleteObject", request.Set("Key", Key()).ToObject(), null);
            case < 80:
                request.Set("Key", Key()).Set("CopySource", JsonValue.From($"{Pick(Buckets)}/{Uri.EscapeDataString(Pick(Keys))}"));
                if (Chance(30))
                    Facts(request.Set("MetadataDirective", JsonValue.From("REPLACE")));
                return ("CopyObject", request.ToObject(), null);
            default:
                if (Chance(50))
                    request.Set("Prefix", JsonValue.From(Pick("", "a", "a/", "b/", "z", "é", "deep/", "none")));
                if (Chance(45))
                    request.Set("Delimiter", JsonValue.From(Pick("/", "/", "/", "b")));
                if (Chance(60))
                    request.Set("MaxKeys", JsonValue.From(random.Next(1, 5)));
                if (Chance(20))
                    request.Set("StartAfter", JsonValue.From(Pick("a", "a/1", "b", "é")));
                return ("ListObjectsV2", request.ToObject(), null);
        }
    }

    private void Facts(JsonObject.Builder request)
    {
        if (Chance(40))
            request.Set("ContentType", JsonValue.From(Pick("text/plain", "application/json", "image/png")));
        if (Chance(30))
            request.Set("Metadata", JsonObject.Of(("Origin", JsonValue.From("test")), ("n", JsonValue.From(Pick("1", "2")))));
    }

    private JsonValue Key() => JsonValue.From(Pick(Keys));

    private bool Chance(int percent) => random.Next(100) < percent;

    private string Pick(params ReadOnlySpan<string> words) => words[random.Next(words.Length)];
}
