using System.Buffers;
using System.Globalization;
using System.Text;
using Stateside.Engine.History;
using Stateside.Engine.Items;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution;

/// <summary>What becomes of the result of a child that succeeded.</summary>
internal enum ResultTransformation
{
    /// <summary>What is told of the execution.</summary>
    None,

    /// <summary>Its output.</summary>
    Compact,

    /// <summary>The items of its output, where that is an array.</summary>
    Flatten,
}

/// <summary>How the results of a map run look. Those of children that failed tell of the execution, whatever is asked for.</summary>
/// <param name="writer">The state's ResultWriter; null for none.</param>
/// <param name="whyNotRedrivable">Why an execution cannot be redriven; null when it can.</param>
internal sealed class ResultForm(ResultWriter? writer, Func<ExecutionDescription, string?> whyNotRedrivable)
{
    private StateMachine? _machine;
    private string _machineArn = "";

    /// <summary>What becomes of the results of children that succeeded.</summary>
    public ResultTransformation Transformation { get; } = TextOf(writer, "Transformation") switch
    {
        "COMPACT" => ResultTransformation.Compact,
        "FLATTEN" => ResultTransformation.Flatten,
        _ when writer is null => ResultTransformation.Compact,
        _ => ResultTransformation.None,
    };

    /// <summary>Whether results stand on lines of their own, rather than in an array.</summary>
    public bool IsLines { get; } = TextOf(writer, "OutputType") == "JSONL";

    /// <summary>Whether nobody said how results are to look.</summary>
    public bool IsPlain => writer is null;

    /// <summary>Writes what a child leaves in a file: nothing, a value, or several with a comma or line end between them.</summary>
    /// <param name="to">What to write to, in UTF-8.</param>
    /// <param name="child">The child.</param>
    public void Write(IBufferWriter<byte> to, ExecutionDescription child)
    {
        if (child.Output is not { } output || Transformation == ResultTransformation.None)
        {
            Tell(to, child);
        }
        else if (Transformation == ResultTransformation.Flatten && output is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                if (i > 0)
                    to.Write(IsLines ? "\n"u8 : ","u8);
                WriteCompact(to, items[i]);
            }
        }
        else
        {
            WriteCompact(to, output);
        }
    }

    /// <summary>Writes what is told of an input that was never begun on.</summary>
    public static void WritePending(IBufferWriter<byte> to, JsonValue input)
    {
        to.Write("{\"Input\":"u8);
        JsonWriter.Quote(to, input.Text);
        to.Write(",\"InputDetails\":{\"Included\":true},\"Status\":\"PENDING\"}"u8);
    }

    /// <summary>
    /// Writes what is told of a child: what DescribeExecution answers, in the names of the SDK and their order, but for the map run, which
    /// the manifest names; the output's details stand there also where there is none. There may be millions, so that no values are made of it.
    /// </summary>
    /// <param name="to">What to write to, in UTF-8.</param>
    /// <param name="child">The child.</param>
    public void Tell(IBufferWriter<byte> to, ExecutionDescription child)
    {
        to.Write("{"u8);
        if (child.Cause is not null)
            Member(to, "\"Cause\":"u8, child.Cause);
        if (child.Error is not null)
            Member(to, "\"Error\":"u8, child.Error);
        Member(to, "\"ExecutionArn\":"u8, child.Arn);
        Member(to, "\"Input\":"u8, child.Input.Text);
        to.Write("\"InputDetails\":{\"Included\":true},"u8);
        Member(to, "\"Name\":"u8, child.Name);
        if (child.Output is { } output)
            Member(to, "\"Output\":"u8, output.Text);
        to.Write("\"OutputDetails\":{\"Included\":true},\"RedriveCount\":"u8);
        Span<byte> digits = stackalloc byte[11];
        _ = child.RedriveCount.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        to.Write(digits[..length]);
        to.Write(","u8);
        if (child.RedriveDate is { } redriven)
        {
            to.Write("\"RedriveDate\":"u8);
            WriteTime(to, redriven);
            to.Write(","u8);
        }

        if (whyNotRedrivable(child) is { } reason)
        {
            to.Write("\"RedriveStatus\":\"NOT_REDRIVABLE\","u8);
            Member(to, "\"RedriveStatusReason\":"u8, reason);
        }
        else
        {
            to.Write("\"RedriveStatus\":\"REDRIVABLE_BY_MAP_RUN\","u8);
        }

        to.Write("\"StartDate\":"u8);
        WriteTime(to, child.StartDate);
        to.Write(","u8);
        if (child.AliasArn is not null)
            Member(to, "\"StateMachineAliasArn\":"u8, child.AliasArn);
        Member(to, "\"StateMachineArn\":"u8, MachineArn(child));
        if (child.VersionArn is not null)
            Member(to, "\"StateMachineVersionArn\":"u8, child.VersionArn);
        to.Write("\"Status\":"u8);
        JsonWriter.Quote(to, child.Status.Name());
        if (child.StopDate is { } stopped)
        {
            to.Write(",\"StopDate\":"u8);
            WriteTime(to, stopped);
        }

        if (child.TraceHeader is not null)
        {
            to.Write(",\"TraceHeader\":"u8);
            JsonWriter.Quote(to, child.TraceHeader);
        }

        to.Write("}"u8);
    }

    private static string? TextOf(ResultWriter? writer, string name) => writer is null ? null : ObjectStorage.Text(writer.Configuration, name);

    private static void WriteCompact(IBufferWriter<byte> to, JsonValue value) =>
        Encoding.UTF8.GetBytes(value.HasSourceText ? JsonWriter.Compact(value) : value.Text, to);

    private static void Member(IBufferWriter<byte> to, ReadOnlySpan<byte> name, ReadOnlySpan<char> value)
    {
        to.Write(name);
        JsonWriter.Quote(to, value);
        to.Write(","u8);
    }

    /// <summary>To the millisecond, as the API tells times; a whole second has no fraction.</summary>
    private static void WriteTime(IBufferWriter<byte> to, DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        Span<byte> text = stackalloc byte[26];
        _ = utc.TryFormat(text, out var length, utc.Millisecond == 0 ? "'\"'yyyy-MM-dd'T'HH:mm:ss'Z\"'" : "'\"'yyyy-MM-dd'T'HH:mm:ss.fff'Z\"'", CultureInfo.InvariantCulture);
        to.Write(text[..length]);
    }

    /// <summary>All children of a run name the same machine and Map.</summary>
    private string MachineArn(ExecutionDescription child)
    {
        if (!ReferenceEquals(_machine, child.StateMachine))
            (_machine, _machineArn) = (child.StateMachine, child.StateMachineArn);
        return _machineArn;
    }
}
