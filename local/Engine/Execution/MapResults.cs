using Stateside.Engine.Items;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution;

/// <summary>
/// Where the results of a map run go: each child's as it ends, so that none need be kept. They are gathered into the state's result, or
/// written into files of S3. One caller at a time; what was added is seen by nobody before the end.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html.
/// </summary>
internal abstract class MapResults : IAsyncDisposable
{
    /// <summary>Results for a map run that begins, or goes on: then all that had ended are added again.</summary>
    /// <param name="writer">The state's ResultWriter; null for none.</param>
    /// <param name="parameters">What its Parameters or Arguments came to.</param>
    /// <param name="mapRunArn">The map run.</param>
    /// <param name="storage">S3; asked only where the writer names it as its resource.</param>
    /// <param name="whyNotRedrivable">Why an execution cannot be redriven, by itself or with its map run; null when it can.</param>
    /// <exception cref="MapItemsException">The parameters name no bucket.</exception>
    public static MapResults Of(
        ResultWriter? writer, JsonObject parameters, string mapRunArn, ObjectStorage storage, Func<ExecutionDescription, string?> whyNotRedrivable)
    {
        var form = new ResultForm(writer, whyNotRedrivable);
        return writer?.Resource is null ? new GatheredResults(form) : new WrittenResults(form, parameters, mapRunArn, storage);
    }

    /// <summary>Results that become the state's own.</summary>
    /// <param name="writer">The state's ResultWriter, without a resource; null for none.</param>
    public static MapResults Gathered(ResultWriter? writer) => new GatheredResults(new ResultForm(writer, _ => null));

    /// <summary>Results that nobody asks for, since what the Map gives is known.</summary>
    /// <param name="result">What it gives.</param>
    public static MapResults Given(JsonValue result) => new GivenResult(result);

    /// <summary>Gives up, as far as S3 lets it, what a process that was killed left half written; to be called before children are added again.</summary>
    /// <param name="cancellationToken">Fires when nobody needs it any more.</param>
    public virtual ValueTask ForgetEarlierAsync(CancellationToken cancellationToken) => default;

    /// <summary>Adds a child that has ended. Seldom waits.</summary>
    /// <param name="child">The child.</param>
    /// <param name="cancellationToken">Fires when nobody needs it any more.</param>
    /// <exception cref="MapItemsException">S3 refuses.</exception>
    public abstract ValueTask AddAsync(ExecutionDescription child, CancellationToken cancellationToken);

    /// <summary>Ends the results; nothing is to be added after it unless the run is redriven.</summary>
    /// <param name="pending">The inputs that were never begun on.</param>
    /// <param name="cancellationToken">Fires when nobody needs it any more.</param>
    /// <returns>The Map's result; null where it is longer than any payload may be.</returns>
    /// <exception cref="MapItemsException">S3 refuses.</exception>
    public abstract ValueTask<JsonValue?> FinishAsync(IAsyncEnumerable<JsonValue> pending, CancellationToken cancellationToken);

    /// <summary>Takes back what was added of children that did not end well, since a redrive lets them go on; what ended well stays.</summary>
    /// <param name="cancellationToken">Fires when nobody needs it any more.</param>
    /// <exception cref="MapItemsException">S3 refuses.</exception>
    public abstract ValueTask TakeBackAsync(CancellationToken cancellationToken);

    /// <summary>Gives up what is not finished.</summary>
    public virtual ValueTask DisposeAsync() => default;

    private sealed class GivenResult(JsonValue result) : MapResults
    {
        public override ValueTask AddAsync(ExecutionDescription child, CancellationToken cancellationToken) => default;

        public override ValueTask TakeBackAsync(CancellationToken cancellationToken) => default;

        public override ValueTask<JsonValue?> FinishAsync(IAsyncEnumerable<JsonValue> pending, CancellationToken cancellationToken) => new(result);
    }
}
