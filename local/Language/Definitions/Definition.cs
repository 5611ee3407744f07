using System.Collections.Frozen;
using Stateside.Language.Conditions;
using Stateside.Language.Json;
using Stateside.Language.Paths;
using Stateside.Language.Templates;

namespace Stateside.Language.Definitions;

/// <summary>How the fields of a state name data: fixed per state, inherited from the machine.</summary>
public enum QueryLanguage
{
    /// <summary>Paths such as <c>$.order.id</c> and templates whose keys end in <c>.$</c>.</summary>
    JsonPath,

    /// <summary>Expressions such as <c>{% $states.input.order.id %}</c>.</summary>
    Jsonata,
}

/// <summary>
/// A parsed definition: where it starts and its states. The whole machine is one, so is each branch of a Parallel state and each item
/// processor of a Map. After the parser nobody asks JSON for a key: defaults are filled in, paths and expressions compiled.
/// See https://states-language.net/spec.html#toplevelfields.
/// </summary>
public sealed class Definition
{
    private readonly FrozenDictionary<string, State> _byName;

    /// <summary>A definition.</summary>
    /// <param name="startAt">The name of the state to start at; one of <paramref name="states"/>.</param>
    /// <param name="states">The states in the order in which they are written.</param>
    internal Definition(string startAt, IReadOnlyList<State> states)
    {
        StartAt = startAt;
        States = states;
        _byName = states.ToFrozenDictionary(state => state.Name, StringComparer.Ordinal);
    }

    /// <summary>The name of the state that comes first.</summary>
    public string StartAt { get; }

    /// <summary>The states, in the order in which they are written.</summary>
    public IReadOnlyList<State> States { get; }

    /// <summary>What the author says of it.</summary>
    public string? Comment { get; init; }

    /// <summary>The language of states that name none.</summary>
    public QueryLanguage QueryLanguage { get; init; }

    /// <summary>How long an execution may run, in seconds; null leaves the service's limit. Only of a whole machine.</summary>
    public long? TimeoutSeconds { get; init; }

    /// <summary>How an item processor runs; null of a machine or a branch.</summary>
    internal ProcessorConfig? Processor { get; init; }

    /// <summary>The state of that name.</summary>
    /// <param name="name">The name of a state of this very definition (not of one inside it).</param>
    public State this[string name] => _byName[name];

    /// <summary>Every state of this definition and of those inside it, outer before inner. Names are unique among all of them.</summary>
    /// <returns>The states.</returns>
    public IEnumerable<State> AllStates()
    {
        foreach (var state in States)
        {
            yield return state;
            foreach (var definition in state.Inner)
            {
                foreach (var inner in definition.AllStates())
                    yield return inner;
            }
        }
    }
}

/// <summary>How a Map runs its item processor.</summary>
/// <param name="Distributed">Whether each item is a child execution.</param>
/// <param name="Express">Whether child executions are Express.</param>
internal sealed record ProcessorConfig(bool Distributed, bool Express);

/// <summary>One state: data, no behavior. A field that its type or its query language does not have is null.</summary>
public abstract record State
{
    private protected State()
    {
    }

    /// <summary>The name, unique in the machine.</summary>
    public required string Name { get; init; }

    /// <summary>What the author says of it.</summary>
    public string? Comment { get; init; }

    /// <summary>The language of its fields.</summary>
    public required QueryLanguage QueryLanguage { get; init; }

    /// <summary>JSONPath: the part of the input to go on with; null gives an empty object.</summary>
    internal JsonPath? InputPath { get; init; } = JsonPath.Root;

    /// <summary>JSONPath: the part of the outcome to give on; null gives an empty object.</summary>
    internal JsonPath? OutputPath { get; init; } = JsonPath.Root;

    /// <summary>JSONata: what to give on in place of the result.</summary>
    internal PayloadTemplate? Output { get; init; }

    /// <summary>The variables to set on leaving; an object.</summary>
    internal PayloadTemplate? Assign { get; init; }

    /// <summary>The state to go to; null ends the definition. A Choice goes by its rules, Succeed and Fail go nowhere.</summary>
    public string? Next { get; init; }

    /// <summary>The type as the language and the history events spell it: Task, Pass, …</summary>
    public abstract string Type { get; }

    /// <summary>The definitions inside this state.</summary>
    public virtual IReadOnlyList<Definition> Inner => [];
}

/// <summary>A state that asks work of its inside or of someone else, and may retry and catch.</summary>
internal abstract record WorkState : State
{
    /// <summary>JSONPath's Parameters or JSONata's Arguments: what to work on; null takes the input. A Map has its own fields.</summary>
    public PayloadTemplate? Arguments { get; init; }

    /// <summary>JSONPath: what to keep of the result.</summary>
    public PayloadTemplate? ResultSelector { get; init; }

    /// <summary>JSONPath: where in the input to put the result; null drops it.</summary>
    public ReferencePath? ResultPath { get; init; } = ReferencePath.Root;

    /// <summary>Whether what it gives on is its result and no more.</summary>
    public bool GivesResultAsItIs => QueryLanguage == QueryLanguage.Jsonata
        ? Output is null
        : this is { ResultSelector: null, ResultPath.Text: "$", OutputPath.IsRootAlone: true };

    /// <summary>What to try again, in order.</summary>
    public IReadOnlyList<Retrier> Retry { get; init; } = [];

    /// <summary>Where to go on after an error, in order.</summary>
    public IReadOnlyList<Catcher> Catch { get; init; } = [];
}

/// <summary>Asks someone else to do a piece of work. See https://states-language.net/spec.html#task-state.</summary>
internal sealed record TaskState : WorkState
{
    /// <summary>Who is to do it.</summary>
    public required TaskResource Resource { get; init; }

    /// <summary>How long an attempt may take, in seconds.</summary>
    public ValueField? TimeoutSeconds { get; init; }

    /// <summary>How long the worker may stay silent, in seconds.</summary>
    public ValueField? HeartbeatSeconds { get; init; }

    /// <summary>The role to take on, <c>{"RoleArn": …}</c>.</summary>
    public PayloadTemplate? Credentials { get; init; }

    /// <summary>What Step Functions says of parameters that do not start the work; null, as the whole of it too, where any do.</summary>
    public Func<JsonObject, IReadOnlyList<string>?>? Problems { get; init; }

    public override string Type => "Task";
}

/// <summary>Gives its input, or what it makes of it, on. See https://states-language.net/spec.html#pass-state.</summary>
internal sealed record PassState : State
{
    /// <summary>JSONPath: the result, in place of the input.</summary>
    public JsonValue? Result { get; init; }

    /// <summary>JSONPath: the template of the result when there is no <see cref="Result"/>.</summary>
    public PayloadTemplate? Parameters { get; init; }

    /// <summary>JSONPath: where in the input to put the result; null drops it.</summary>
    public ReferencePath? ResultPath { get; init; } = ReferencePath.Root;

    public override string Type => "Pass";
}

/// <summary>Goes where the first rule that matches leads. See https://states-language.net/spec.html#choice-state.</summary>
internal sealed record ChoiceState : State
{
    /// <summary>The rules, in order.</summary>
    public required IReadOnlyList<ChoiceRule> Choices { get; init; }

    /// <summary>Where to go when no rule matches; null fails with States.Runtime.</summary>
    public string? Default { get; init; }

    public override string Type => "Choice";
}

/// <summary>A condition and where it leads.</summary>
internal sealed record ChoiceRule(Condition Condition, string Next)
{
    /// <summary>What the author says of it.</summary>
    public string? Comment { get; init; }

    /// <summary>The variables to set when this rule matches, in place of the state's own Assign.</summary>
    public PayloadTemplate? Assign { get; init; }

    /// <summary>JSONata: what to give on when this rule matches, in place of the state's own Output.</summary>
    public PayloadTemplate? Output { get; init; }
}

/// <summary>Waits for a time. See https://states-language.net/spec.html#wait-state.</summary>
internal sealed record WaitState : State
{
    /// <summary>How long, in seconds; or null when <see cref="Timestamp"/> says until when.</summary>
    public ValueField? Seconds { get; init; }

    /// <summary>Until when, an ISO 8601 timestamp; or null when <see cref="Seconds"/> says how long.</summary>
    public ValueField? Timestamp { get; init; }

    public override string Type => "Wait";
}

/// <summary>Runs its branches side by side. See https://states-language.net/spec.html#parallel-state.</summary>
internal sealed record ParallelState : WorkState
{
    /// <summary>The branches, in order.</summary>
    public required IReadOnlyList<Definition> Branches { get; init; }

    public override string Type => "Parallel";

    public override IReadOnlyList<Definition> Inner => Branches;
}

/// <summary>Runs its item processor for every item. See https://states-language.net/spec.html#map-state.</summary>
internal sealed record MapState : WorkState
{
    private readonly Definition[] _inner = [];
    private readonly Definition _itemProcessor = null!;

    /// <summary>What runs for every item.</summary>
    public required Definition ItemProcessor
    {
        get => _itemProcessor;
        init
        {
            _itemProcessor = value;
            _inner = [value];
        }
    }

    /// <summary>Where the items are: JSONPath's ItemsPath or JSONata's Items; null takes the input itself.</summary>
    public ValueField? Items { get; init; }

    /// <summary>What an iteration is given; null gives it the item.</summary>
    public PayloadTemplate? ItemSelector { get; init; }

    /// <summary>How many iterations run at a time; 0 or null sets no limit of the author's.</summary>
    public ValueField? MaxConcurrency { get; init; }

    /// <summary>How many iterations may fail.</summary>
    public ValueField? ToleratedFailureCount { get; init; }

    /// <summary>How many of a hundred iterations may fail.</summary>
    public ValueField? ToleratedFailurePercentage { get; init; }

    /// <summary>Distributed: the part of the map run's ARN that the author chose.</summary>
    public string? Label { get; init; }

    /// <summary>Distributed: where items come from when not from the input.</summary>
    public ItemReader? ItemReader { get; init; }

    /// <summary>Distributed: how items are put together for one iteration.</summary>
    public ItemBatcher? ItemBatcher { get; init; }

    /// <summary>Distributed: where results go.</summary>
    public ResultWriter? ResultWriter { get; init; }

    public override string Type => "Map";

    public override IReadOnlyList<Definition> Inner => _inner;

    /// <summary>Whether each iteration is a child execution.</summary>
    public bool IsDistributed => ItemProcessor.Processor is { Distributed: true };
}

/// <summary>Where a distributed Map's items come from.</summary>
/// <param name="Resource">The service integration to call.</param>
/// <param name="Arguments">JSONPath's Parameters or JSONata's Arguments of that call.</param>
/// <param name="Configuration">ReaderConfig's fields whose values are fixed, such as InputType and CSVHeaderLocation.</param>
/// <param name="MaxItems">How many items to read at most; null reads all.</param>
internal sealed record ItemReader(TaskResource Resource, PayloadTemplate? Arguments, JsonObject Configuration, ValueField? MaxItems);

/// <summary>How a distributed Map puts items together for one child execution.</summary>
/// <param name="MaxItemsPerBatch">At most this many items.</param>
/// <param name="MaxInputBytesPerBatch">At most this many bytes of input.</param>
/// <param name="BatchInput">A template that every batch is given beside its items.</param>
internal sealed record ItemBatcher(ValueField? MaxItemsPerBatch, ValueField? MaxInputBytesPerBatch, PayloadTemplate? BatchInput);

/// <summary>Where a distributed Map's results go.</summary>
/// <param name="Resource">The service integration to call; null only transforms.</param>
/// <param name="Arguments">JSONPath's Parameters or JSONata's Arguments of that call.</param>
/// <param name="Configuration">WriterConfig, such as Transformation and OutputType.</param>
internal sealed record ResultWriter(TaskResource? Resource, PayloadTemplate? Arguments, JsonObject Configuration);

/// <summary>Ends the definition well. See https://states-language.net/spec.html#succeed-state.</summary>
internal sealed record SucceedState : State
{
    public override string Type => "Succeed";
}

/// <summary>Fails the definition. See https://states-language.net/spec.html#fail-state.</summary>
internal sealed record FailState : State
{
    /// <summary>The error name; null for none.</summary>
    public ValueField? Error { get; init; }

    /// <summary>The cause; null for none.</summary>
    public ValueField? Cause { get; init; }

    public override string Type => "Fail";
}

/// <summary>
/// One element of Retry. How often it was used is counted in the frame, not here.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error.
/// </summary>
internal sealed record Retrier(IReadOnlyList<string> ErrorEquals)
{
    /// <summary>Seconds before the first retry.</summary>
    public double IntervalSeconds { get; init; } = 1;

    /// <summary>How often it retries; 0 never.</summary>
    public long MaxAttempts { get; init; } = 3;

    /// <summary>What the pause is multiplied by from retry to retry.</summary>
    public double BackoffRate { get; init; } = 2;

    /// <summary>The longest pause in seconds; null sets no cap.</summary>
    public double? MaxDelaySeconds { get; init; }

    /// <summary>Whether the pause is drawn evenly from zero to its length (JitterStrategy FULL).</summary>
    public bool FullJitter { get; init; }

    /// <summary>What the author says of it.</summary>
    public string? Comment { get; init; }
}

/// <summary>One element of Catch.</summary>
internal sealed record Catcher(IReadOnlyList<string> ErrorEquals, string Next)
{
    /// <summary>JSONPath: where in the state's input to put the error; null drops it.</summary>
    public ReferencePath? ResultPath { get; init; } = ReferencePath.Root;

    /// <summary>JSONata: what to give on in place of the error.</summary>
    public PayloadTemplate? Output { get; init; }

    /// <summary>The variables to set.</summary>
    public PayloadTemplate? Assign { get; init; }

    /// <summary>What the author says of it.</summary>
    public string? Comment { get; init; }
}

/// <summary>
/// A field that holds one value: written out, or looked up by a path, an intrinsic function or an expression.
/// </summary>
/// <param name="Name">The field as it is written, such as TimeoutSecondsPath.</param>
/// <param name="Template">What gives the value.</param>
internal sealed record ValueField(string Name, PayloadTemplate Template)
{
    /// <summary>The value when it is written out; null when it must be looked up.</summary>
    public JsonValue? Constant => Template is LiteralTemplate literal ? literal.Value : null;
}
