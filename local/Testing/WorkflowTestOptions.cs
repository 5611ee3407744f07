using System.Text.Json;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.Functions;
using Stateside.Engine.Store;
using Stateside.Language.Services;

namespace Stateside.Testing;

/// <summary>How a <see cref="WorkflowTest"/> is set up. Every default stands here.</summary>
public sealed record WorkflowTestOptions
{
    private static readonly JsonSerializerOptions AsWritten = new() { PropertyNameCaseInsensitive = true };

    /// <summary>Values of the template's parameters.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Values of what only a deployment knows, such as an export's name or an SSM parameter, as <c>stateside run --set</c> takes them.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Values for <c>${Name}</c> in a definition that comes without a template.</summary>
    public IReadOnlyDictionary<string, string> Substitutions { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether a definition that comes without a template is of an Express state machine.</summary>
    public bool IsExpress { get; init; }

    /// <summary>The virtual time at which the test begins.</summary>
    public DateTimeOffset Start { get; init; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Whether waits, pauses before retries, timeouts and heartbeats pass at once and in order. If not, time stands until the test moves
    /// it (<see cref="WorkflowTest.AdvanceAsync"/>).
    /// </summary>
    public bool SkipTime { get; init; } = true;

    /// <summary>What random numbers, jitter, ids and tokens derive from: the same seed gives the same histories.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>A mock file of Step Functions Local's kind; runs name one of its test cases. Null for none.</summary>
    public string? MockFile { get; init; }

    /// <summary>
    /// How typed inputs, outputs and payloads become JSON and back. Unless said otherwise members are written under their own names, as
    /// Lambda's serializer writes them, and read in either case; for camel case give <see cref="JsonSerializerOptions.Web"/>.
    /// </summary>
    public JsonSerializerOptions Serializer { get; init; } = AsWritten;

    /// <summary>
    /// How long, in real time, a test waits for an execution before it fails and names what the execution is waiting for. Virtual time
    /// takes none of it. What cannot come is not waited for; where only the test itself could go on, while it waits, a tenth of this is
    /// enough. While a debugger is attached there is no end to it.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The same for an execution on AWS, where time cannot be skipped.</summary>
    public TimeSpan DeployedPatience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Tells whether a debugger is attached: then nothing here times out.</summary>
    internal Func<bool> IsDebugged { get; init; } = () => System.Diagnostics.Debugger.IsAttached;

    /// <summary>The deployed state machine to run on, as <see cref="WorkflowTest.DeployedVariable"/> names it; null goes by that variable.</summary>
    public string? DeployedArn { get; init; }

    /// <summary>The endpoint of that state machine's service, such as an emulator's; null for what AWS_ENDPOINT_URL says, and else AWS itself.</summary>
    public Uri? DeployedEndpoint { get; init; }

    /// <summary>Whether handlers are built that the test project does not reference; else what was built last is loaded.</summary>
    public bool BuildHandlers { get; init; } = true;

    /// <summary>
    /// Whether each test loads the handlers anew. Else, as on Lambda, a later test may find an environment warm that an earlier one used,
    /// with what its handler keeps in static fields; that saves most of a test's time.
    /// </summary>
    public bool FreshHandlers { get; init; }

    /// <summary>Hears each line that a handler logs, after the function's name. The handlers of such a test are loaded anew.</summary>
    public Action<string, string>? HandlerLog { get; init; }

    /// <summary>
    /// The endpoint of AWS services that are neither stubbed nor in the template, such as an emulator's. Null where there is none; the
    /// tables and buckets of the template live in the test itself.
    /// </summary>
    public Uri? ServiceEndpoint { get; init; }

    /// <summary>The region in every ARN, and the one that handlers are told; variables such as AWS_REGION do not count.</summary>
    public string Region { get; init; } = AwsLocation.Default.Region;

    /// <summary>The account in every ARN; AWS_ACCOUNT_ID does not count.</summary>
    public string AccountId { get; init; } = AwsLocation.Default.AccountId;

    /// <summary>Both.</summary>
    internal AwsLocation Location => new(Region, AccountId);

    /// <summary>The coverage that the test counts into; null for the one of the whole run, where there is one.</summary>
    public WorkflowCoverage? Coverage { get; init; }

    /// <summary>
    /// Is told which transitions executions take, with the revision they run; at the same time from several threads. Null asks for none.
    /// </summary>
    public Action<StateMachine, IReadOnlyList<Transition>>? TransitionsTaken { get; init; }

    /// <summary>
    /// How to start a handler process, for functions that cannot share the test's own: executables, other versions of .NET, two
    /// functions that give one environment variable different values. Null where there is none, and such functions fail with a message
    /// that says so: stub them.
    /// </summary>
    public HandlerProcessCommand? HandlerProcess { get; init; }
}
