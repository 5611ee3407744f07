using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Stateside.Aws.S3;
using Stateside.Aws.Services;
using Stateside.Engine.Tests.Functions;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Aws.Tests.Stores;

/// <summary>Objects that are longer than a block.</summary>
public sealed class LongObjectTests : IDisposable
{
    private const int MiB = 1024 * 1024;

    private readonly string _folder = Directory.CreateTempSubdirectory("stateside-long-").FullName;
    private readonly string _path;
    private StoreFile _file;
    private S3Store _store;

    public LongObjectTests()
    {
        _path = Path.Combine(_folder, "stores.db");
        (_file, _store) = Open();
    }

    public void Dispose()
    {
        _file.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(64 * 1024)]
    [InlineData((64 * 1024) + 1)]
    [InlineData(MiB)]
    [InlineData(MiB + 1)]
    [InlineData((3 * MiB) + 17)]
    public void An_object_comes_back_whole_and_in_ranges(int length)
    {
        var bytes = Bytes(length);
        Do("PutObject", bytes, ("Key", "a"));

        Assert.Equal(bytes, Get("a"));
        foreach (var (first, last) in new[] { (0, 0), (MiB - 1, MiB - 1), (length - 1, length - 1), (length / 2, length - 2), (MiB - 1, length - 1), (0, MiB - 1) })
        {
            if (first <= last && last < length)
                Assert.Equal(bytes[first..(last + 1)], Get("a", $"bytes={first}-{last}"));
        }

        Assert.Equal(bytes[^5..], Get("a", "bytes=-5"));
        Assert.Equal((1, length), _store.Count("box"));
    }

    [Fact]
    public void An_object_in_place_of_another_leaves_nothing_of_it()
    {
        foreach (var content in new[] { Bytes(3 * MiB), Bytes(2 * MiB), Bytes(1) })
        {
            Do("PutObject", content, ("Key", "a"));
            Assert.Equal(content, Get("a"));
        }

        Assert.Equal(0, Rows("blocks"));
    }

    [Fact]
    public void Parts_are_put_together_in_the_order_of_their_numbers()
    {
        var parts = new[] { Bytes(5 * MiB), Bytes((5 * MiB) + 3), Bytes(7) };
        var upload = Begin("a");
        foreach (var i in new[] { 2, 0, 1 })
            Part("a", upload, i + 1, parts[i]);
        Part("a", upload, 2, Bytes(5 * MiB));
        Part("a", upload, 2, parts[1]);
        Part("a", upload, 9, Bytes(2 * MiB));

        Complete("a", upload, parts);

        byte[] whole = [.. parts.SelectMany(part => part)];
        Assert.Equal(whole, Get("a"));
        Assert.Equal(whole[((5 * MiB) - 1)..((10 * MiB) + 5)], Get("a", $"bytes={(5 * MiB) - 1}-{(10 * MiB) + 4}"));
        Assert.Equal(5 + 6 + 1, Rows("blocks"));
        Do("DeleteObject", [], ("Key", "a"));
        Assert.Equal((0, 0, 0), (Rows("blocks"), Rows("pieces"), Rows("parts")));
    }

    [Fact]
    public void An_upload_that_is_given_up_leaves_nothing()
    {
        var upload = Begin("runs/7/a");
        Part("runs/7/a", upload, 1, Bytes(2 * MiB));
        Begin("runs/8/a");
        Assert.Equal(
            $$"""[{"Key":"runs/7/a","StorageClass":"STANDARD","UploadId":"{{upload}}"}]""", Do("ListMultipartUploads", [], ("Prefix", "runs/7/")).Body["Uploads"]!.Text);

        Do("AbortMultipartUpload", [], ("Key", "runs/7/a"), ("UploadId", upload));

        Assert.Equal((0, 0), (Rows("blocks"), Rows("parts")));
        Assert.False(Do("ListMultipartUploads", [], ("Prefix", "runs/7/")).Body.ContainsKey("Uploads"));
    }

    [Fact]
    public void A_copy_has_the_blocks_of_its_source_until_both_are_gone()
    {
        var bytes = Bytes((2 * MiB) + 1);
        Do("PutObject", bytes, ("Key", "a"));

        var copied = (JsonObject)Do("CopyObject", [], ("Key", "b"), ("CopySource", "box/a")).Body["CopyObjectResult"]!;
        Do("CopyObject", [], ("Key", "b"), ("CopySource", "box/b"), ("MetadataDirective", "REPLACE"));

        Assert.Equal(3, Rows("blocks"));
        Assert.Equal($"\"{Convert.ToHexStringLower(Digest(bytes))}\"", ((JsonString)copied["ETag"]!).Value);
        Do("DeleteObject", [], ("Key", "a"));
        Assert.Equal(bytes, Get("b"));
        Do("DeleteObject", [], ("Key", "b"));
        Assert.Equal((0, 0), (Rows("blocks"), Rows("pieces")));
    }

    [Fact]
    public void An_object_that_is_read_bit_by_bit_is_the_same_to_its_end_or_ends_early()
    {
        var bytes = Bytes(4 * MiB);
        Do("PutObject", bytes, ("Key", "a"));

        var got = _store.Execute("GetObject", Request(("Key", "a")), default, mostAtOnce: MiB / 2);
        var changed = _store.Execute("GetObject", Request(("Key", "a")), default, mostAtOnce: MiB / 2);

        Assert.Equal((MiB / 2, bytes.Length - (MiB / 2)), (got.Content!.Value.Length, got.Rest!.Length));
        Assert.Equal(bytes, got.Content.Value.ToArray().Concat(got.Rest.Pieces.SelectMany(piece => piece)).ToArray());
        using var pieces = changed.Rest!.Pieces.GetEnumerator();
        Assert.True(pieces.MoveNext());
        Do("PutObject", bytes[1..], ("Key", "a"));
        Assert.Throws<OperationCanceledException>(() => pieces.MoveNext());
    }

    [Fact]
    public void A_file_of_an_older_version_is_read_and_written_on()
    {
        var (whole, part) = (Bytes((2 * MiB) + 5), Bytes((5 * MiB) + 5));
        _file.Dispose();
        File.Delete(_path);
        using (var connection = new SqliteConnection($"Data Source={_path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $$"""
                PRAGMA journal_mode = WAL;
                CREATE TABLE objects (
                    bucket TEXT NOT NULL, key BLOB NOT NULL, modified TEXT NOT NULL, etag TEXT NOT NULL, size INTEGER NOT NULL,
                    facts TEXT NOT NULL, content BLOB NOT NULL,
                    PRIMARY KEY (bucket, key));
                CREATE TABLE uploads (
                    number INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, facts TEXT NOT NULL);
                CREATE TABLE parts (
                    id TEXT NOT NULL, number INTEGER NOT NULL, etag TEXT NOT NULL, size INTEGER NOT NULL, modified TEXT NOT NULL, content BLOB NOT NULL,
                    PRIMARY KEY (id, number));
                INSERT INTO objects VALUES ('box', CAST('old' AS BLOB), '2026-01-31T09:30:00.0000000+00:00', '"e"', {{whole.Length}}, '{"ContentType":"a/b"}', $whole);
                INSERT INTO uploads (bucket, key, id, facts) VALUES ('box', 'up', 'u', '{}');
                INSERT INTO parts VALUES ('u', 1, '"{{Convert.ToHexStringLower(Digest(part))}}"', {{part.Length}}, '2026-01-31T09:30:00Z', $part);
                """;
            command.Parameters.AddWithValue("$whole", whole);
            command.Parameters.AddWithValue("$part", part);
            command.ExecuteNonQuery();
        }

        (_file, _store) = Open();

        Assert.Equal(whole, Get("old"));
        Assert.Equal(whole[MiB..(MiB + 10)], Get("old", $"bytes={MiB}-{MiB + 9}"));
        Assert.Equal("\"a/b\"", Do("HeadObject", [], ("Key", "old")).Body["ContentType"]!.Text);
        var last = Bytes(2 * MiB);
        Part("up", "u", 2, last);
        Complete("up", "u", [part, last]);
        Assert.Equal([.. part, .. last], Get("up"));
        Do("CopyObject", [], ("Key", "copy"), ("CopySource", "box/old"));
        Do("PutObject", last, ("Key", "old"));
        Assert.Equal((whole, last), (Get("copy"), Get("old")), (a, b) => a.Item1.AsSpan().SequenceEqual(b.Item1) && a.Item2.AsSpan().SequenceEqual(b.Item2));

        // Another process finds it upgraded.
        using var other = new StoreFile(_path);
        var theirs = new S3Store(other, new ManualTime(), AwsLocation.Default);
        theirs.Declare(["box"]);
        Assert.Equal((3, whole.Length + part.Length + (2L * last.Length)), theirs.Count("box"));
    }

    [Fact]
    public void What_is_kept_nowhere_leaves_no_file()
    {
        using var file = new StoreFile(null);
        var store = new S3Store(file, new ManualTime(), AwsLocation.Default);
        store.Declare(["box"]);
        var bytes = Bytes(8 * MiB);
        for (var i = 0; i < 10; i++)
            store.Execute("PutObject", Request(("Key", $"{i}")), bytes);

        Assert.DoesNotContain(
            new[] { Path.GetTempPath(), "/var/tmp" }.Where(_ => !OperatingSystem.IsWindows()).Where(Directory.Exists).SelectMany(Directory.GetFiles),
            path => Path.GetFileName(path).StartsWith("etilqs", StringComparison.Ordinal));
        Assert.Equal(bytes, store.Execute("GetObject", Request(("Key", "0")), default).Content!.Value.ToArray());
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = (byte)(i * 31 / 7 % 251);
        return bytes;
    }

#pragma warning disable CA5351 // ETags are MD5s.
    private static byte[] Digest(byte[] bytes) => MD5.HashData(bytes);
#pragma warning restore CA5351

    private static JsonObject Request(params ReadOnlySpan<(string Name, string Value)> members)
    {
        var request = new JsonObject.Builder().Set("Bucket", JsonValue.From("box"));
        foreach (var (name, value) in members)
            request.Set(name, JsonValue.From(value));
        return request.ToObject();
    }

    private (StoreFile File, S3Store Store) Open()
    {
        var file = new StoreFile(_path);
        var store = new S3Store(file, new ManualTime(), AwsLocation.Default);
        store.Declare(["box"]);
        return (file, store);
    }

    private S3Answer Do(string action, byte[] content, params ReadOnlySpan<(string Name, string Value)> members) => _store.Execute(action, Request(members), content);

    private byte[] Get(string key, string? range = null) =>
        (range is null ? Do("GetObject", [], ("Key", key)) : Do("GetObject", [], ("Key", key), ("Range", range))).Content!.Value.ToArray();

    private string Begin(string key) => ((JsonString)Do("CreateMultipartUpload", [], ("Key", key)).Body["UploadId"]!).Value;

    private void Part(string key, string upload, int number, byte[] content) => _store.Execute(
        "UploadPart", Request(("Key", key), ("UploadId", upload)).With("PartNumber", JsonValue.From(number)), content);

    private void Complete(string key, string upload, byte[][] parts) => _store.Execute(
        "CompleteMultipartUpload",
        Request(("Key", key), ("UploadId", upload)).With("MultipartUpload", JsonObject.Of(("Parts", JsonArray.Of(parts.Select((part, i) => JsonObject.Of(
            ("ETag", JsonValue.From($"\"{Convert.ToHexStringLower(Digest(part))}\"")), ("PartNumber", JsonValue.From(i + 1)))))))),
        default);

    private long Rows(string table) => _file.InTransaction(() => _file.Query($"SELECT COUNT(*) FROM {table}", row => row.GetInt64(0)).Single(), writes: false);
}
