using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Language.Roles;

/// <summary>
/// What the execution role of a state machine must allow: what its states call, with resources as narrow as the definition tells, and
/// what logs, traces and encryption need.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html.
/// </summary>
internal sealed class RoleNeeds
{
    private static readonly string[] LogDelivery =
    [
        "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries",
        "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
    ];

    private static readonly string[] Tracing =
        ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"];

    private readonly MachineFacts _machine;
    private readonly PermissionList _list = new();
    private readonly TaskNeeds _tasks;

    private RoleNeeds(MachineFacts machine)
    {
        _machine = machine;
        _tasks = new TaskNeeds(machine, _list);
    }

    /// <summary>Lists what a role must allow.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="machine">What the machine is beside it.</param>
    public static IReadOnlyList<Permission> Of(Definition definition, MachineFacts machine)
    {
        var needs = new RoleNeeds(machine);
        foreach (var state in definition.AllStates())
        {
            if (state is TaskState task)
                needs._tasks.Add(task);
            else if (state is MapState { IsDistributed: true } map)
                needs.AddMapRun(map);
        }

        needs.AddMachine();
        return needs._list.All;
    }

    /// <summary>Lists what a role must allow for some Tasks, each by itself.</summary>
    /// <param name="tasks">The Tasks.</param>
    /// <param name="machine">The machine.</param>
    public static IReadOnlyList<Permission> Of(IEnumerable<TaskState> tasks, MachineFacts machine)
    {
        var needs = new RoleNeeds(machine);
        foreach (var task in tasks)
            needs._tasks.Add(task);
        return needs._list.All;
    }

    /// <summary>See https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html.</summary>
    private void AddMapRun(MapState map)
    {
        var runs = new Reason(map.Name, "runs its items as executions of this state machine");
        var execution = _machine.Location.Arn("states", $"execution:{_machine.Name}");
        _list.Add("states:StartExecution", _machine.Arn, runs);
        foreach (var action in new[] { "states:DescribeExecution", "states:StopExecution" })
            _list.Add(action, $"{execution}*", runs, Certainty.Documented, "the ARNs of a map run's executions have its label behind the name");
        _list.Add(
            "states:RedriveExecution", $"{execution}/{map.Label ?? "*"}:*",
            new(map.Name, "runs its failed items again when the execution is redriven"), Certainty.Possible);
        if (map.ItemReader is { } reader)
            AddReader(map, reader);
        if (map.ResultWriter is { Resource: not null } writer)
            AddWriter(map, writer);
    }

    private void AddReader(MapState map, ItemReader reader)
    {
        var parameters = Known.OfArguments(reader.Arguments);
        var resources = _tasks.Resources;
        var reads = new Reason(map.Name, "reads its items");
        var bucket = resources.OfBucket(parameters["Bucket"]);
        if (reader.Resource.Action == "listObjectsV2")
        {
            Add("s3:ListBucket", bucket, reads, Certainty.Certain);
            if (reader.Configuration["Transformation"] is JsonString { Value: "LOAD_AND_FLATTEN" })
                Add("s3:GetObject", ($"{bucket.Arn}/*", "it reads every object that it lists"), reads, Certainty.Certain);
            return;
        }

        Add("s3:GetObject", resources.OfObject(parameters["Bucket"], parameters["Key"]), reads, Certainty.Certain);
        if (reader.Configuration["InputType"] is JsonString { Value: "MANIFEST" })
            Add("s3:GetObject", ($"{bucket.Arn}/*", "the manifest names the files"), reads, Certainty.Documented);
    }

    private void AddWriter(MapState map, ResultWriter writer)
    {
        var parameters = Known.OfArguments(writer.Arguments);
        var prefix = parameters["Prefix"];
        var folder = prefix.IsAbsent ? "" : $"{(prefix.Text ?? "*").Trim('/')}/";
        var bucket = _tasks.Resources.OfBucket(parameters["Bucket"]);
        var writes = new Reason(map.Name, "writes its results");
        (string, string?) objects = ($"{bucket.Arn}/{folder}*", bucket.Width);
        Add("s3:PutObject", objects, writes, Certainty.Certain);
        foreach (var action in new[] { "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload" })
            Add(action, objects, writes, Certainty.Documented);
    }

    private void AddMachine()
    {
        if (_machine.IsLogged)
        {
            // Without them AWS refuses the state machine, in the words of whichever it misses first.
            var logs = new Reason(null, "writes its executions to a log group");
            foreach (var action in LogDelivery)
                _list.Add(action, "*", logs, action == LogDelivery[0] ? Certainty.Certain : Certainty.Documented);
        }

        if (_machine.IsTraced)
        {
            foreach (var action in Tracing)
                _list.Add(action, "*", new(null, "is traced by X-Ray"), Certainty.Documented);
        }

        if (_machine.Key is { } key)
        {
            // The key's own policy may allow it too.
            var (arn, width) = key.Contains(":key/", StringComparison.Ordinal) || Resources.IsPlaceholder(key)
                ? (key, null)
                : key.Contains("alias/", StringComparison.Ordinal)
                    ? (_machine.Location.Arn("kms", "key/*"), $"which key the alias {key} leads to is not known")
                    : (_machine.Location.Arn("kms", $"key/{key}"), (string?)null);
            var encrypts = new Reason(null, "is encrypted with a key of its own");
            _list.Add("kms:Decrypt", arn, encrypts, Certainty.Documented, width);
            _list.Add("kms:GenerateDataKey", arn, encrypts, Certainty.Documented, width);
        }
    }

    private void Add(string action, (string Arn, string? Width) resource, Reason reason, Certainty certainty) =>
        _list.Add(action, resource.Arn, reason, certainty, resource.Width);
}
