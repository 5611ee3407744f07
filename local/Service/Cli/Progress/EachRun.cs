using System.Text;
using System.Threading.Channels;
using Spectre.Console;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Language.Json;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Progress;

/// <summary>Runs one execution per line of a file, several at a time, and writes one result per line in the order of the input.</summary>
internal sealed class EachRun(IAnsiConsole console, bool live, TimeProvider time, string inputPath, string? outputPath, int concurrency)
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>Runs them all.</summary>
    /// <param name="run">Runs one execution to its end.</param>
    /// <param name="cancellationToken">Stops starting more; what has ended is written.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Func<JsonValue, CancellationToken, Task<ExecutionDescription>> run, CancellationToken cancellationToken)
    {
        var total = Check();
        if (total == 0)
            throw new UserException($"{inputPath}: it is empty, so nothing was run. Give one JSON value per line.");
        var started = time.GetTimestamp();
        await using var output = OpenOutput();
        var done = 0;
        if (live)
        {
            await console.Progress().AutoClear(false).HideCompleted(false)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(async progress =>
                {
                    var bar = progress.AddTask($"{total} executions", maxValue: total);
                    await ForEachAsync(run, output, () => { done++; bar.Increment(1); }, cancellationToken);
                });
        }
        else
        {
            var step = Math.Max(1, total / 10);
            await ForEachAsync(run, output, () =>
            {
                if (++done % step == 0 || done == total)
                    console.WriteLine($"{done} of {total}");
            }, cancellationToken);
        }

        if (done > 0)
            Summarize(done, total, time.GetElapsedTime(started));
        if (cancellationToken.IsCancellationRequested)
        {
            console.WriteLine($"Ended by Ctrl+C: {done} of {total} executions had ended{(outputPath is null ? "" : "; their results are written")}.");
            return ExitCodes.Canceled;
        }

        return _counts.Keys.All(key => key == "SUCCEEDED") ? ExitCodes.Success : ExitCodes.Failed;
    }

    /// <summary>Reads the whole file once, so that a mistake in its last line is told before the first execution starts.</summary>
    private int Check()
    {
        var total = 0;
        foreach (var (number, text) in Lines())
        {
            total++;
            try
            {
                JsonReader.Parse(text);
            }
            catch (JsonSyntaxException e)
            {
                throw new UserException(
                    $"{inputPath}, line {number}, column {e.Column}: {e.Problem} Every line must be one JSON value; mend or remove this one, or give a file with one value by --input. Nothing was run.");
            }
        }

        return total;
    }

    private IEnumerable<(int Number, string Text)> Lines()
    {
        var number = 0;
        foreach (var text in InputFiles.ReadLines(inputPath))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(text))
                yield return (number, text);
        }
    }

    private async Task ForEachAsync(
        Func<JsonValue, CancellationToken, Task<ExecutionDescription>> run, StreamWriter? output, Action onDone, CancellationToken cancellationToken)
    {
        // The channel holds the runs in the order of the input; its bound keeps that many under way.
        var runs = Channel.CreateBounded<(int Line, Task<ExecutionDescription> Run)>(concurrency);
        var feeding = FeedAsync();
        await foreach (var (line, execution) in runs.Reader.ReadAllAsync(CancellationToken.None))
        {
            ExecutionDescription result;
            try
            {
                result = await execution;
            }
            catch (OperationCanceledException)
            {
                continue;
            }

            var key = result.Status == ExecutionStatus.Succeeded ? result.Status.Name() : $"{result.Status.Name()} {result.Error ?? "(no error name)"}";
            _counts[key] = _counts.GetValueOrDefault(key) + 1;
            if (output is not null)
                await output.WriteLineAsync(Result(line, result));
            onDone();
        }

        await feeding;

        async Task FeedAsync()
        {
            try
            {
                foreach (var (number, text) in Lines())
                {
                    if (!await runs.Writer.WaitToWriteAsync(cancellationToken))
                        return;
                    await runs.Writer.WriteAsync((number, run(JsonReader.Parse(text, keepText: true), cancellationToken)), cancellationToken);
                }
            }
            catch (OperationCanceledException)
            {
                // What is under way is not waited for any more.
            }
            finally
            {
                runs.Writer.Complete();
            }
        }
    }

    private static string Result(int line, ExecutionDescription execution)
    {
        var members = new JsonObject.Builder(5)
            .Set("line", JsonValue.From(line))
            .Set("execution", JsonValue.From(execution.Arn))
            .Set("status", JsonValue.From(execution.Status.Name()));
        if (execution.Output is not null)
            return members.Set("output", execution.Output).ToObject().Text;
        return members.Set("error", JsonValue.From(execution.Error)).Set("cause", JsonValue.From(execution.Cause)).ToObject().Text;
    }

    private void Summarize(int done, int total, TimeSpan elapsed)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("Status").AddColumn(new TableColumn("Executions").RightAligned());
        foreach (var (key, count) in _counts)
            table.AddRow(Markup.Escape(Plain.Line(key)), count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        console.Write(table);
        var rate = elapsed.TotalSeconds > 0 ? done / elapsed.TotalSeconds : 0;
        console.WriteLine(string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{done} of {total} executions in {Durations.Show(elapsed)} ({rate:0} a second){(outputPath is null ? "" : $", results in {outputPath}")}"));
    }

    private StreamWriter? OpenOutput()
    {
        if (outputPath is null)
            return null;
        CommandHost.CheckOutput(outputPath);
        return CommandHost.Writing(outputPath, () => new StreamWriter(outputPath, append: false, new UTF8Encoding(false)) { NewLine = "\n" });
    }
}
