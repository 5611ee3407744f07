using System.Buffers;
using System.Text;
using Stateside.Engine.History;
using Stateside.Engine.Items;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution;

/// <summary>
/// Results in files of S3, by how their children ended, and a manifest that names the files. They stand in the order of the items, as far
/// as a result needs not wait for too many others: memory does not grow with them.
/// </summary>
internal sealed class WrittenResults : MapResults
{
    /// <summary>AWS begins another file then.</summary>
    private const long LongestFile = 5L * 1024 * 1024 * 1024;

    /// <summary>So many results wait for one that comes before them.</summary>
    private const int MostWaiting = 10_000;

    /// <summary>So many bytes of results wait.</summary>
    private const long MostWaitingBytes = 16 * 1024 * 1024;

    private readonly ResultForm _form;
    private readonly ObjectStorage _storage;
    private readonly string _mapRunArn;
    private readonly string _bucket;
    private readonly string _folder;
    private readonly long _longestFile;
    private ResultFile _failed;
    private ResultFile _pending;
    private readonly ResultFile _succeeded;
    private readonly ArrayBufferWriter<byte> _result = new();
    private readonly PriorityQueue<Waiting, int> _waiting = new();
    private long _waitingBytes;
    private int _next;

    /// <summary>Results that begin.</summary>
    /// <param name="form">How they look.</param>
    /// <param name="parameters">The writer's parameters: Bucket, and Prefix.</param>
    /// <param name="mapRunArn">The map run.</param>
    /// <param name="storage">S3.</param>
    /// <param name="longestFile">How long a file may be.</param>
    /// <exception cref="MapItemsException">The parameters name no bucket.</exception>
    public WrittenResults(ResultForm form, JsonObject parameters, string mapRunArn, ObjectStorage storage, long longestFile = LongestFile)
    {
        _form = form;
        _storage = storage;
        _mapRunArn = mapRunArn;
        _bucket = ObjectStorage.Text(parameters, "Bucket") ?? throw new MapItemsException("The ResultWriter names no Bucket.");
        _folder = FolderOf(parameters, mapRunArn);
        _longestFile = longestFile;
        _failed = FileOf("FAILED");
        _pending = FileOf("PENDING");
        _succeeded = FileOf("SUCCEEDED");
    }

    /// <summary>What the keys of a run's files begin with.</summary>
    /// <param name="parameters">The writer's parameters.</param>
    /// <param name="mapRunArn">The map run.</param>
    public static string FolderOf(JsonObject parameters, string mapRunArn)
    {
        var prefix = ObjectStorage.Text(parameters, "Prefix") is { Length: > 0 } given ? $"{given.TrimEnd('/')}/" : "";
        return $"{prefix}{mapRunArn.Split(':')[^1]}";
    }

    private ResultFile FileOf(string kind) => new(_storage, _bucket, $"{_folder}/{kind}", _form.IsLines, _longestFile);

    /// <summary>How many bytes wait to go out.</summary>
    public long Buffered => _waitingBytes + _failed.Buffered + _pending.Buffered + _succeeded.Buffered;

    /// <inheritdoc/>
    public override async ValueTask ForgetEarlierAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (key, upload) in await _storage.UploadsAsync(_bucket, $"{_folder}/", cancellationToken).ConfigureAwait(false))
                await _storage.AbortUploadAsync(_bucket, key, upload, cancellationToken).ConfigureAwait(false);
        }
        catch (MapItemsException)
        {
            // Whoever may write results need not be allowed to list uploads; nobody sees what stays.
        }
    }

    /// <inheritdoc/>
    public override async ValueTask AddAsync(ExecutionDescription child, CancellationToken cancellationToken)
    {
        var index = child.ItemIndex ?? _next;
        var file = child.Status == ExecutionStatus.Succeeded ? _succeeded : _failed;
        _result.ResetWrittenCount();
        _form.Write(_result, child);

        // One for which there is no room waits too: it stays there if S3 refuses to make some.
        if (index > _next || !file.TryAdd(_result.WrittenSpan))
            Wait(file, index);
        else if (index == _next)
            _next++;

        while (_waiting.TryPeek(out var waiting, out index) && (index <= _next || _waiting.Count > MostWaiting || _waitingBytes > MostWaitingBytes))
        {
            await AddWaitingAsync(waiting, cancellationToken).ConfigureAwait(false);
            _next = Math.Max(_next, index + 1);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask TakeBackAsync(CancellationToken cancellationToken)
    {
        // Files of what succeeded stay, and others follow them; the others are written anew.
        while (_waiting.TryPeek(out var waiting, out _))
        {
            if (waiting.File == _succeeded)
                await AddWaitingAsync(waiting, cancellationToken).ConfigureAwait(false);
            else
                DropWaiting(waiting);
        }

        await _failed.AbandonAsync().ConfigureAwait(false);
        await _pending.AbandonAsync().ConfigureAwait(false);
        (_failed, _pending) = (FileOf("FAILED"), FileOf("PENDING"));
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        foreach (var file in new[] { _failed, _pending, _succeeded })
        {
            try
            {
                await file.AbandonAsync().ConfigureAwait(false);
            }
            catch (MapItemsException)
            {
                // S3 would not take the file either, so that it has nothing of it to forget.
            }
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<JsonValue?> FinishAsync(IAsyncEnumerable<JsonValue> pending, CancellationToken cancellationToken)
    {
        while (_waiting.TryPeek(out var waiting, out _))
            await AddWaitingAsync(waiting, cancellationToken).ConfigureAwait(false);
        await foreach (var input in pending.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            _result.ResetWrittenCount();
            ResultForm.WritePending(_result, input);
            if (!_pending.TryAdd(_result.WrittenSpan))
                await AddAfterSendingAsync(_pending, _result.WrittenMemory, cancellationToken).ConfigureAwait(false);
        }

        var files = JsonObject.Of(
            ("FAILED", await _failed.EndAsync(cancellationToken).ConfigureAwait(false)),
            ("PENDING", await _pending.EndAsync(cancellationToken).ConfigureAwait(false)),
            ("SUCCEEDED", await _succeeded.EndAsync(cancellationToken).ConfigureAwait(false)));
        var manifest = JsonObject.Of(("DestinationBucket", JsonValue.From(_bucket)), ("MapRunArn", JsonValue.From(_mapRunArn)), ("ResultFiles", files));
        var key = $"{_folder}/manifest.json";
        await _storage.PutAsync(_bucket, key, Encoding.UTF8.GetBytes(JsonWriter.Compact(manifest)), cancellationToken).ConfigureAwait(false);
        return JsonObject.Of(
            ("MapRunArn", JsonValue.From(_mapRunArn)),
            ("ResultWriterDetails", JsonObject.Of(("Bucket", JsonValue.From(_bucket)), ("Key", JsonValue.From(key)))));
    }

    private void Wait(ResultFile file, int index)
    {
        var text = ArrayPool<byte>.Shared.Rent(_result.WrittenCount);
        _result.WrittenSpan.CopyTo(text);
        _waiting.Enqueue(new Waiting(file, text, _result.WrittenCount), index);
        _waitingBytes += _result.WrittenCount;
    }

    private async ValueTask AddWaitingAsync(Waiting waiting, CancellationToken cancellationToken)
    {
        var text = waiting.Text.AsMemory(0, waiting.Length);
        if (!waiting.File.TryAdd(text.Span))
            await AddAfterSendingAsync(waiting.File, text, cancellationToken).ConfigureAwait(false);
        DropWaiting(waiting);
    }

    private void DropWaiting(Waiting waiting)
    {
        _waiting.Dequeue();
        _waitingBytes -= waiting.Length;
        ArrayPool<byte>.Shared.Return(waiting.Text);
    }

    private static async ValueTask AddAfterSendingAsync(ResultFile file, ReadOnlyMemory<byte> results, CancellationToken cancellationToken)
    {
        do
            await file.SendAsync(results.Length, cancellationToken).ConfigureAwait(false);
        while (!file.TryAdd(results.Span));
    }

    /// <summary>A result that waits for one of an earlier item.</summary>
    private readonly record struct Waiting(ResultFile File, byte[] Text, int Length);
}
