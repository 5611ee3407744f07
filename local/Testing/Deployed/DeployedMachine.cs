using System.Globalization;
using System.Security.Cryptography;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Testing;

/// <summary>
/// A state machine on AWS, or behind any endpoint that the AWS SDKs' variables name, which runs a test's executions. It speaks the
/// service's own JSON protocol, signed with the credentials that the AWS SDK finds, so that no further package is needed.
/// </summary>
internal sealed class DeployedMachine : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    private readonly string _arn;
    private readonly WorkflowTestOptions _options;
    private readonly ServiceHttp _http = new();
    private readonly ServiceClient _client;
    private StateMachine? _machine;

    private DeployedMachine(string arn, WorkflowTestOptions options)
    {
        _arn = arn;
        _options = options;
        var parts = arn.Split(':');
        var location = new AwsLocation(parts[3], parts[4]);
#pragma warning disable RS0030 // Signatures are made in real time.
        var signer = new RequestSigner(TimeProvider.System, location.Region);
#pragma warning restore RS0030
        _client = new ServiceClient(new ServiceEndpoints(options.DeployedEndpoint, allowAws: true, location), _http, signer);
    }

    /// <summary>The deployed machine that tests of a machine are to run on; null where they run in this process.</summary>
    /// <param name="variable">What <see cref="WorkflowTest.DeployedVariable"/> says; null for nothing.</param>
    /// <param name="machineName">The machine's name in its template, or of its definition's file; null of one that cannot be deployed.</param>
    /// <param name="options">How the test is set up.</param>
    public static DeployedMachine? Find(string? variable, string? machineName, WorkflowTestOptions options)
    {
        if (string.IsNullOrWhiteSpace(variable) || machineName is null)
            return null;
        foreach (var entry in variable.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = entry.Split('=', 2, StringSplitOptions.TrimEntries);
            var arn = parts[^1];
            if (arn.Split(':') is not ["arn", _, "states", { Length: > 0 }, _, "stateMachine", _, ..])
            {
                throw new WorkflowAssertionException(
                    $"{WorkflowTest.DeployedVariable}: '{entry}' names no state machine. Give an ARN such as arn:aws:states:eu-west-1:123456789012:stateMachine:Orders, or Machine=ARN pairs separated by semicolons.");
            }

            if (parts.Length == 1 || parts[0] == machineName)
                return new DeployedMachine(arn, options);
        }

        return null;
    }

    /// <summary>Starts an execution. A name is made unique, so that the test can be run again.</summary>
    public async Task<string> StartAsync(JsonValue input, string? name)
    {
        _machine ??= await DescribeMachineAsync().ConfigureAwait(false);
        var request = new JsonObject.Builder().Set("stateMachineArn", JsonValue.From(_arn)).Set("input", JsonValue.From(input.Text));
        if (name is not null)
            request.Set("name", JsonValue.From($"{name[..Math.Min(name.Length, 71)]}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}"));
        return (await AskAsync("StartExecution", request.ToObject()).ConfigureAwait(false)).Text("executionArn")!;
    }

    /// <summary>Waits for an execution's end and reads its history.</summary>
    public async Task<WorkflowRun> EndAsync(string arn)
    {
        var parameters = JsonObject.Of(("executionArn", JsonValue.From(arn)));
        using var patience = new CancellationTokenSource(_options.DeployedPatience);
        var pause = FirstPause;
        JsonObject description;
        while ((description = await AskAsync("DescribeExecution", parameters).ConfigureAwait(false)).Text("status") is "RUNNING" or "PENDING_REDRIVE")
        {
            try
            {
                await Task.Delay(pause, patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                throw new WorkflowAssertionException($"{arn} did not end within {_options.DeployedPatience}, as WorkflowTestOptions.DeployedPatience allows.");
            }

            pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
        }

        var execution = new ExecutionDescription
        {
            Arn = arn,
            Name = description.Text("name")!,
            StateMachine = _machine!,
            Status = ExecutionStatuses.Of(description.Text("status")) ?? ExecutionStatus.Running,
            StartDate = DeployedHistory.Time(description["startDate"]!),
            StopDate = description["stopDate"] is { } stop ? DeployedHistory.Time(stop) : null,
            Input = DeployedHistory.Json(description.Text("input") ?? "{}"),
            Output = description.Text("output") is { } output ? DeployedHistory.Json(output) : null,
            Error = description.Text("error"),
            Cause = description.Text("cause"),
        };
        var events = await ReadHistoryAsync(arn).ConfigureAwait(false);
        return new WorkflowRun(_options, execution, events, execution.StopDate ?? execution.StartDate) { IsDeployed = true };
    }

    public void Dispose() => _http.Dispose();

    private async Task<List<HistoryEvent>> ReadHistoryAsync(string arn)
    {
        var events = new List<HistoryEvent>();
        string? next = null;
        do
        {
            var request = new JsonObject.Builder().Set("executionArn", JsonValue.From(arn)).Set("maxResults", JsonValue.From(1000));
            if (next is not null)
                request.Set("nextToken", JsonValue.From(next));
            var page = await AskAsync("GetExecutionHistory", request.ToObject()).ConfigureAwait(false);
            events.AddRange(((JsonArray)page["events"]!).Cast<JsonObject>().Select(DeployedHistory.Event));
            next = page.Text("nextToken");
        }
        while (next is not null);
        return events;
    }

    private async Task<StateMachine> DescribeMachineAsync()
    {
        var described = await AskAsync("DescribeStateMachine", JsonObject.Of(("stateMachineArn", JsonValue.From(_arn)))).ConfigureAwait(false);
        if (described.Text("type") == "EXPRESS")
            throw WorkflowTestSkippedException.Of($"{_arn} is an Express state machine, which keeps no history on AWS: its path cannot be seen.");
        var text = described.Text("definition")!;
        var parsed = StateMachineType.Standard.ParseAccepted(text);
        return new StateMachine
        {
            Arn = _arn,
            Name = described.Text("name") ?? _arn.Split(':')[6],
            RoleArn = described.Text("roleArn") ?? "",
            DefinitionText = text,
            Definition = parsed.Definition ?? throw new WorkflowAssertionException($"{_arn}: {parsed.InvalidDefinitionMessage}"),
            RevisionId = described.Text("revisionId") ?? "",
        };
    }

    private async Task<JsonObject> AskAsync(string action, JsonObject parameters)
    {
        var call = new ServiceCall("sfn", action, parameters, RandomNumberGenerator.GetHexString(32, lowercase: true));
        return await _client.SendAsync(call, CancellationToken.None).ConfigureAwait(false) switch
        {
            ServiceResponse.Answered answer => answer.Body,
            ServiceResponse.Refused { Error: var error } => throw new WorkflowAssertionException(
                $"{action} of {_arn} was refused: {error.Code}: {error.Message} (set by {WorkflowTest.DeployedVariable})"),
            var other => throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"There is no response such as {other}.")),
        };
    }
}
