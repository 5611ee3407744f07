using System.Buffers;
using Stateside.Engine.Items;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution;

/// <summary>
/// The files of the results of one kind, such as <c>SUCCEEDED_0.json</c>: one after another, since none may be longer than AWS lets them
/// be. A file goes out in parts while the run goes on; one that is no longer than a part goes at once when it ends.
/// </summary>
/// <param name="storage">S3.</param>
/// <param name="bucket">The bucket.</param>
/// <param name="name">What their keys begin with, such as <c>runs/1/SUCCEEDED</c>.</param>
/// <param name="isLines">Whether results stand on lines of their own, rather than in an array.</param>
/// <param name="longest">How long a file may be.</param>
internal sealed class ResultFile(ObjectStorage storage, string bucket, string name, bool isLines, long longest)
{
    /// <summary>No more goes out at once, unless one result has more.</summary>
    private const int MostPartBytes = 6 * 1024 * 1024;

    /// <summary>S3 takes no smaller part but the last.</summary>
    private const int LeastPartBytes = 5 * 1024 * 1024;

    private ArrayBufferWriter<byte> _part = new();
    private readonly List<JsonValue> _files = [];
    private readonly List<string> _etags = [];
    private string? _upload;
    private long _sent;
    private bool _isOpen;
    private bool _hasResults;

    /// <summary>How many bytes wait to go out.</summary>
    public int Buffered => _part.WrittenCount;

    private string Key => $"{name}_{_files.Count}.{(isLines ? "jsonl" : "json")}";

    /// <summary>Adds what a child left, unless something has to go out first.</summary>
    /// <param name="results">Its text; where it holds several results they are separated already.</param>
    /// <returns>Whether it was added; where not, <see cref="SendAsync"/> makes room.</returns>
    public bool TryAdd(ReadOnlySpan<byte> results)
    {
        if (IsTooLong(results.Length) || (_part.WrittenCount >= LeastPartBytes && _part.WrittenCount + results.Length + 2 > MostPartBytes))
            return false;
        if (!_isOpen && !isLines)
            _part.Write("["u8);
        _isOpen = true;
        if (results.Length == 0)
            return true;
        if (_hasResults && !isLines)
            _part.Write(","u8);
        _part.Write(results);
        if (isLines)
            _part.Write("\n"u8);
        _hasResults = true;
        return true;
    }

    /// <summary>Makes room for what a child left: sends a part, or ends the file.</summary>
    /// <param name="length">How long it is.</param>
    /// <param name="cancellationToken">Fires when nobody needs it any more.</param>
    /// <exception cref="MapItemsException">S3 refuses.</exception>
    public async ValueTask SendAsync(int length, CancellationToken cancellationToken)
    {
        if (IsTooLong(length))
            await EndFileAsync(cancellationToken).ConfigureAwait(false);
        else
            await SendPartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the last file.</summary>
    /// <param name="cancellationToken">Fires when nobody needs it any more.</param>
    /// <returns>The files, as the manifest names them.</returns>
    /// <exception cref="MapItemsException">S3 refuses.</exception>
    public async ValueTask<JsonArray> EndAsync(CancellationToken cancellationToken)
    {
        if (_isOpen)
            await EndFileAsync(cancellationToken).ConfigureAwait(false);
        return JsonArray.Of(_files);
    }

    /// <summary>Gives up what is not complete.</summary>
    /// <exception cref="MapItemsException">S3 refuses.</exception>
    public async ValueTask AbandonAsync()
    {
        if (Interlocked.Exchange(ref _upload, null) is { } upload)
            await storage.AbortUploadAsync(bucket, Key, upload, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Whether a file would be longer than it may be with so much more and its end.</summary>
    private bool IsTooLong(int length) => _hasResults && _sent + _part.WrittenCount + length + 2 > longest;

    /// <summary>Ends a file. Where S3 refuses it all is as before: more may be added, and the last part is sent again.</summary>
    private async ValueTask EndFileAsync(CancellationToken cancellationToken)
    {
        var last = isLines ? _part.WrittenMemory : (byte[])[.. _part.WrittenSpan, (byte)']'];
        if (_upload is not { } upload)
        {
            await storage.PutAsync(bucket, Key, last, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            IEnumerable<string> etags = _etags;
            if (!last.IsEmpty)
                etags = [.. _etags, await PutPartAsync(upload, last, cancellationToken).ConfigureAwait(false)];
            await storage.CompleteUploadAsync(bucket, Key, upload, etags, cancellationToken).ConfigureAwait(false);
        }

        var size = _sent + last.Length;
        _files.Add(JsonObject.Of(("Key", JsonValue.From(Key)), ("Size", JsonValue.From(size))));
        (_upload, _sent, _isOpen, _hasResults) = (null, 0, false, false);
        _etags.Clear();

        // A run that is over may be in memory for long, and what it wrote need not be.
        _part = new ArrayBufferWriter<byte>();
    }

    private async ValueTask SendPartAsync(CancellationToken cancellationToken)
    {
        _upload ??= await storage.BeginUploadAsync(bucket, Key, cancellationToken).ConfigureAwait(false);
        _etags.Add(await PutPartAsync(_upload, _part.WrittenMemory, cancellationToken).ConfigureAwait(false));
        _sent += _part.WrittenCount;
        _part.ResetWrittenCount();
    }

    private ValueTask<string> PutPartAsync(string upload, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        storage.PutPartAsync(bucket, Key, upload, _etags.Count + 1, content, cancellationToken);
}
