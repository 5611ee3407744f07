using System.Text;
using System.Text.Json;
using Stateside.Aws.Contents;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>A bucket of the template under test.</summary>
public sealed class TestBucket
{
    private readonly BucketContent _bucket;
    private readonly JsonSerializerOptions _serializer;

    internal TestBucket(BucketContent bucket, JsonSerializerOptions serializer)
    {
        _bucket = bucket;
        _serializer = serializer;
    }

    /// <summary>Its name.</summary>
    public string Name => _bucket.Declared.Name;

    /// <summary>Puts an object, in place of the one of the same key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="text">The content, which is put in UTF-8.</param>
    /// <param name="contentType">Its content type; null for the one that the key's extension stands for.</param>
    /// <exception cref="WorkflowAssertionException">S3 would refuse it.</exception>
    public void Put(string key, string text, string? contentType = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        Put(key, Encoding.UTF8.GetBytes(text), contentType);
    }

    /// <summary>Puts an object, in place of the one of the same key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="content">The content.</param>
    /// <param name="contentType">Its content type; null for the one that the key's extension stands for.</param>
    /// <exception cref="WorkflowAssertionException">S3 would refuse it.</exception>
    public void Put(string key, byte[] content, string? contentType = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(content);
        WorkflowTest.Looking(() =>
        {
            _bucket.Put(key, content, contentType);
            return true;
        });
    }

    /// <summary>The object of a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The object; null where there is none.</returns>
    public TestObject? Get(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _bucket.Get(key) is { } found ? new TestObject(key, found.Content, found.Headers, _serializer) : null;
    }

    /// <summary>The keys of its objects, in S3's order.</summary>
    /// <param name="prefix">What the keys begin with; empty for all.</param>
    /// <returns>The keys.</returns>
    public IReadOnlyList<string> Keys(string prefix = "") => [.. _bucket.Keys(prefix)];

    /// <summary>Deletes the object of a key, if there is one.</summary>
    /// <param name="key">The key.</param>
    public void Delete(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _bucket.Delete(key);
    }
}

/// <summary>An object of a bucket.</summary>
public sealed class TestObject
{
    private readonly JsonSerializerOptions _serializer;

    internal TestObject(string key, ReadOnlyMemory<byte> content, JsonObject headers, JsonSerializerOptions serializer)
    {
        Key = key;
        Content = content;
        Headers = headers;
        _serializer = serializer;
    }

    /// <summary>Its key.</summary>
    public string Key { get; }

    /// <summary>Its content.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>What is known of it, by the names of GetObject's answer, such as ContentType and Metadata.</summary>
    public JsonObject Headers { get; }

    /// <summary>Its content as text in UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Content.Span);

    /// <summary>Its content type.</summary>
    public string? ContentType => (Headers["ContentType"] as JsonString)?.Value;

    /// <summary>Its content, which is JSON, as an object.</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <returns>The object.</returns>
    /// <exception cref="WorkflowAssertionException">It is no such JSON.</exception>
    public T Json<T>() => TestJson.To<T>(TestJson.Of(Text, _serializer, $"The object {Key}"), _serializer, $"The object {Key}");
}
