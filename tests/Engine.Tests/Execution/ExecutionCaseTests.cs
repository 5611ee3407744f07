using Stateside.Engine.Execution;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Execution;

/// <summary>
/// One file per rule of running executions, in tests/cases/executions: machines, each with how it ends. A Task answers with its payload,
/// fails with the Error and Cause in it, or never answers a Silent one.
/// </summary>
public sealed class ExecutionCaseTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "cases", "executions");

    public static TheoryData<string, string> Cases()
    {
        var all = new TheoryData<string, string>();
        foreach (var file in Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal))
        {
            foreach (var item in (JsonArray)Read(file)["cases"]!)
                all.Add(Path.GetFileNameWithoutExtension(file), Text(item, "about")!);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_machine_ends_as_its_case_says(string file, string about)
    {
        var rule = Read(Path.Combine(Folder, file + ".json"));
        var wanted = (JsonObject)((JsonArray)rule["cases"]!).Single(item => Text(item, "about") == about);
        await using var machine = new Machine((wanted["definition"] ?? rule["definition"])!.Text, Answer);

        var ended = await machine.RunAsync((wanted["input"] ?? JsonObject.Empty).Text);

        Assert.Equal(Text(wanted, "error"), ended.Error);
        if (wanted["cause"] is JsonString cause)
            Assert.Equal(cause.Value, ended.Cause);
        Assert.Equal(Compact(wanted["output"]), Compact(ended.Output));
        if (wanted["events"] is JsonString events)
            Assert.Equal(events.Value, string.Join(' ', machine.Events().Select(e => e.Type)));
    }

    private static TaskOutcome Answer(TaskRequest request) => request.Payload switch
    {
        JsonObject payload when payload.ContainsKey("Silent") => new TaskOutcome.Waiting(null),
        JsonObject payload when payload.ContainsKey("Error") =>
            new TaskOutcome.Failed(new TaskFailure(Text(payload, "Error")!, Text(payload, "Cause"))),
        var payload => new TaskOutcome.Completed(payload),
    };

    private static string? Compact(JsonValue? value) => value is null ? null : JsonWriter.Compact(value);

    private static JsonObject Read(string file) => (JsonObject)JsonReader.Parse(File.ReadAllText(file));

    private static string? Text(JsonValue item, string key) => (((JsonObject)item)[key] as JsonString)?.Value;
}
