using System.CommandLine;
using Stateside.Aws;
using Stateside.Aws.Endpoint;
using Stateside.Engine;
using Stateside.Engine.History;
using Stateside.Engine.Replay;
using Stateside.Engine.Store;
using Stateside.Engine.Template;
using Stateside.Language.Json;
using Stateside.Language.Services;
using Stateside.Language.Validation;
using Stateside.Service.Cli.Options;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Commands;

/// <summary><c>stateside replay</c>: runs today's definition with what was recorded of executions, and says where it goes another way.</summary>
internal sealed class ReplayCommand(CommandHost host)
{
    private readonly RecordOptions _records = new(
        "The definition to replay on (ASL in JSON or YAML). Without it: the state machine of the template.",
        "The state machine of the template. Without it: the one that the record names, or the only one.");

    private readonly CommandOption<string?> _children = CommandOption.Path(
        "--children", "FOLDER", "Histories of the children of map runs, each with its description, replayed on the Map's item processor.");

    private readonly CommandOption<IReadOnlyList<string>> _rename = CommandOption.Several(
        "--rename", "OLD=NEW", "What is called otherwise today: a state, a function, a table.",
        text => text.Split('=') is [{ Length: > 0 }, { Length: > 0 }] ? text : throw new FormatException("this must be OLD=NEW."));

    private readonly CommandOption<bool> _handlers = CommandOption.Flag(
        "--handlers", "Give every recorded input of a function that the template has to its handler, and compare the answer with the recorded one.");

    private readonly CommandOption<IReadOnlyList<string>> _ignore = CommandOption.Several(
        "--ignore", "PATH", "What may differ, in states and in what handlers answer: $.issuedAt, $.lines[*].id.",
        text => IgnoredPaths.IsPath(text) ? text : throw new FormatException("this must be a path such as $.issuedAt or $.lines[*].id."));

    private readonly CommandOption<string?> _test = CommandOption.Path(
        "--test", "FILE.cs", "Write a test in C# for Stateside.Testing: what it was given, stubs that answer as recorded, what came of it.");

    private readonly CommandOption<string?> _mocks = CommandOption.Path(
        "--mocks", "FILE", "Write a mock file of Step Functions Local, for 'stateside run --mocks': a test case in which tasks answer as recorded.");

    private readonly CommandOption<bool> _json = CommandOption.OneOf("--format", "How to tell it", [("text", false), ("json", true)]);

    private readonly CommandOption<string?> _output = CommandOption.Output("Where to write it. Without it: standard output.");

    private readonly ServiceOptions _service = new();

    private readonly SeedOption _seed = new();

    private readonly TemplateOptions _template = new();

    /// <summary>The command.</summary>
    public Command Build()
    {
        var command = new Command(
            "replay",
            $"""
            Run today's definition with what was recorded of executions on AWS: tasks answer as they did. It says where today's goes another way.

              aws stepfunctions get-execution-history --execution-arn ARN > history.json
              stateside replay history.json
              stateside replay history.json --definition order.asl.json --rename "Check=Validate"
              stateside replay histories --handlers --ignore $.issuedAt
              stateside replay history.json --test OrderTests.cs --mocks mocks.json

            Exit code: 0 all go as they went, 1 one goes another way, 2 a mistake in what was given, or what cannot be read.

            {CommandOption.VariablesHelp}
            """)
        {
            _children.Option, _rename.Option, _handlers.Option, _ignore.Option, _test.Option, _mocks.Option, _json.Option, _output.Option,
        };
        _records.AddTo(command, _template);
        _service.AddHandlersTo(command);
        _seed.AddTo(command);
        _template.AddTo(command);
        command.SetAction((parsed, cancellationToken) => host.GuardAsync(() => RunAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        _records.CheckOutputs(parsed, new[] { _output, _test, _mocks }.Select(option => option.Value(parsed)).OfType<string>());
        var handlers = _handlers.Value(parsed);
        var renames = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in _rename.Value(parsed).Select(pair => pair.Split('=')))
        {
            if (!renames.TryAdd(pair[0], pair[1]) && renames[pair[0]] != pair[1])
                throw new UserException($"--rename {pair[0]}={pair[1]}: {pair[0]} is called {renames[pair[0]]} already.");
        }

        var ignored = new IgnoredPaths(_ignore.Value(parsed));
        var records = _records.Read(parsed);
        var path = !_records.HasDefinition(parsed) || handlers ? _template.FindIfAny(parsed) : null;
        if (handlers && path is null)
            throw new UserException("--handlers: there is no template whose functions could be asked. Name one with --template.");
        var location = _template.Location(parsed, path);
        var template = path is null ? null : _template.Read(parsed, path, location);
        var setups = records.FindAll(record => record.MapRunArn is null).ConvertAll(record => Setup(parsed, record, template, location))
            .ConvertAll(made => (Setup: made.Setup with { Renames = renames, Ignored = ignored }, made.Locate, made.Workflow));
        setups.AddRange(Children([.. records.Where(record => record.MapRunArn is not null), .. ChildRecords(parsed)], setups));
        var results = setups.ConvertAll(setup => (setup.Setup, setup.Locate, Result: Replayer.Run(setup.Setup), Handlers: (HandlerReplayResult?)null));
        WriteTests(parsed, [.. setups.Zip(results, (setup, result) => (result.Result, setup.Workflow))]);
        if (handlers)
        {
            await using var address = new LoopbackAddress();
            await using var service = Service(parsed, path!, location, address.Url);
            address.Serve((socket, token) => AwsEndpoint.ServeAsync(socket, service, e => host.ReportDefect("API", e), token), e => host.ReportDefect("API", e));
            await service.LoadAsync(template!);
            _seed.Fill(parsed, service, template, host.Error.WriteLine);
            for (var i = 0; i < results.Count; i++)
            {
                var setup = results[i].Setup;
                results[i] = results[i] with
                {
                    Handlers = await HandlerReplay.RunAsync(setup, service.Functions, name => Function(template!, setup, name), host.Seed, cancellationToken),
                };
            }
        }

        host.WriteOutput(_output.Value(parsed), _json.Value(parsed)
            ? JsonWriter.Indented(results.Count == 1 ? Json(results[0]) : JsonArray.Of(results.Select(result => (JsonValue)Json(result))))
            : string.Join("\n\n", results.Select(Story)));
        if (results.Count > 1)
        {
            var others = results.Count(result => result.Result.First is not null);
            host.Error.WriteLine($"{results.Count} executions: {(others == 0 ? "all go as they went" : $"{others} {(others == 1 ? "goes" : "go")} another way")}.");
        }

        return results.Exists(result => result.Result.First is not null || result.Handlers is { Others: > 0 }) ? ExitCodes.Failed : ExitCodes.Success;

        JsonObject Json((ReplaySetup, Func<Finding, string?> Locate, ReplayResult Result, HandlerReplayResult? Handlers) result) =>
            ReplayJson.Of(result.Result, result.Handlers, result.Locate);

        string Story((ReplaySetup, Func<Finding, string?> Locate, ReplayResult Result, HandlerReplayResult? Handlers) result) =>
            ReplayText.Story(result.Result, result.Locate) + (result.Handlers is null ? "" : $"\n\n{ReplayText.Story(result.Handlers)}");
    }

    /// <summary>Writes what was recorded into a test and a mock file, where they were asked for.</summary>
    private void WriteTests(ParseResult parsed, IReadOnlyList<(ReplayResult Result, TestWorkflow? Workflow)> results)
    {
        var (test, mocks) = (_test.Value(parsed), _mocks.Value(parsed));
        if (test is null && mocks is null)
            return;
        var made = new List<(RecordedTest Test, TestWorkflow Workflow, string Machine)>();
        foreach (var (result, workflow) in results.Where(result => result.Workflow is not null))
        {
            var record = result.Setup.Record;
            if (RecordedTest.WhyNot(record) is { } problem)
                throw new UserException($"{record.Source}: no test can be made of it: {problem}.");
            var children = results.Where(child => child.Workflow is null && ReferenceEquals(child.Result.Setup.Root, result.Setup));
            made.Add((RecordedTest.Of(result, [.. children.Select(child => child.Result.Setup)]), workflow!, result.Setup.Machine.Name));
        }

        if (test is not null)
        {
            File.WriteAllText(test, TestCode.Write(Path.GetFileNameWithoutExtension(test), [.. made.Select(one => (one.Test, one.Workflow))]));
            host.Error.WriteLine($"Wrote {test}.");
        }

        if (mocks is not null)
        {
            File.WriteAllText(mocks, MockFileText.Write([.. made.Select(one => (one.Test, one.Machine))]));
            host.Error.WriteLine($"Wrote {mocks}.");
            foreach (var note in made.SelectMany(one => MockFileText.Notes(one.Test)))
                host.Error.WriteLine(note);
        }
    }

    private (ReplaySetup Setup, Func<Finding, string?> Locate, TestWorkflow? Workflow) Setup(
        ParseResult parsed, RecordedExecution record, TemplateModel? template, AwsLocation location)
    {
        var (file, text, locate, machine) = Definition(parsed, record, template);
        TestWorkflow workflow = machine is not null ? new TestWorkflow.Template(RecordOptions.Shown(template!.Path), machine.LogicalId)
            : _records.HasDefinition(parsed) ? new TestWorkflow.File(file)
            : new TestWorkflow.Text(text);
        var type = machine is null ? record.IsExpress ? StateMachineType.Express : StateMachineType.Standard : StateMachineTypes.Of(machine.Type);
        var definition = type.Parse(text);
        if (definition.Definition is null)
        {
            var first = definition.Diagnostics.First(diagnostic => diagnostic.Severity == Severity.Error);
            var (line, column) = locate(first.Line, first.Column);
            throw new UserException($"{file}({line},{column}): {first.Code}: {first.Message} 'stateside validate' tells more.");
        }

        var name = machine?.Name ?? record.MachineName ?? "StateMachine";
        var places = new StateLocator(text);
        var setup = new ReplaySetup(record, new StateMachine
        {
            Arn = machine?.Arn ?? location.Arn("states", $"stateMachine:{name}"),
            Name = name,
            Type = type,
            RoleArn = machine?.RoleArn ?? location.Arn("iam", "role/Stateside"),
            DefinitionText = text,
            Definition = definition.Definition,
            RevisionId = "",
        })
        {
            Region = location.Region,
        };
        return (setup, finding => places.Locate(finding) is { } at && locate(at.Line, at.Column) is var (line, column) ? $"{file}:{line}:{column}" : null, workflow);
    }

    private (string File, string Text, Func<int, int, (int, int)> Locate, TemplateStateMachine? Machine) Definition(
        ParseResult parsed, RecordedExecution record, TemplateModel? template)
    {
        if (_records.Definition(parsed) is var (file, written))
            return (file, written.Json, written.Locate, null);

        if (template is not null)
        {
            var machine = Choose(template, _records.Machine(parsed), record);
            if (machine.Definition is not { } source)
            {
                throw new UserException(template.ErrorsFor(machine) is [var first, ..]
                    ? first.ToString()
                    : $"{template.Path}: the definition of '{machine.LogicalId}' cannot be had.");
            }

            return (RecordOptions.Shown(source.File), source.Text, (line, column) => source.Locate(line, column) is var place ? (place.Line, place.Column) : default, machine);
        }

        if (record.DefinitionText is { } recorded)
            return ($"{record.Source}, its definition", recorded, (line, column) => (line, column), null);
        throw new UserException($"{record.Source}: there is no definition to replay it on. Name one with --definition, or a template with --template.");
    }

    private static TemplateStateMachine Choose(TemplateModel template, string? name, RecordedExecution record)
    {
        if (name is not null)
            return template.FindStateMachine(name);
        if (template.StateMachines is [var only])
            return only;
        if (record.MachineName is { } recorded)
        {
            var found = template.StateMachines.Where(machine =>
                ReplaySetup.IsMadeUpFrom(machine.Name, recorded) || ReplaySetup.IsMadeUpFrom(machine.LogicalId, recorded));
            if (found.ToList() is [var one])
                return one;
        }

        if (template.StateMachines.Count == 0)
            throw new UserException($"{template.Path}: it has no state machine. Name a definition file with --definition.");
        var told = record.MachineName is { } of ? $"it is of {of}" : "it does not tell its state machine";
        var names = string.Join(", ", template.StateMachines.Select(machine => machine.LogicalId));
        throw new UserException($"{record.Source}: {told}, and the template has several; name one with --state-machine: {names}.");
    }

    private IReadOnlyList<RecordedExecution> ChildRecords(ParseResult parsed)
    {
        if (_children.Value(parsed) is not { } folder)
            return [];
        if (!Directory.Exists(folder))
            throw new UserException($"--children {folder}: there is no such folder. Paths are taken from {Directory.GetCurrentDirectory()}.");
        var children = RecordOptions.InFolder(folder);
        return children.FirstOrDefault(child => child.MapRunArn is null) is { } untold
            ? throw new UserException($"{untold.Source}: what 'aws stepfunctions describe-execution' wrote of it must be in the folder, too: it tells its map run.")
            : children;
    }

    /// <summary>The children of map runs, each on the item processor of the Map that its map run is of.</summary>
    private static List<(ReplaySetup Setup, Func<Finding, string?> Locate, TestWorkflow? Workflow)> Children(
        IReadOnlyList<RecordedExecution> children, List<(ReplaySetup Setup, Func<Finding, string?> Locate, TestWorkflow? Workflow)> parents) =>
        RecordOptions.Reading(() => ReplaySetup.ChildrenOf([.. parents.Select(parent => parent.Setup)], children))
            .Select(child => (child, parents.Find(parent => ReferenceEquals(parent.Setup, child.Root)).Locate, (TestWorkflow?)null)).ToList();

    private static string? Function(TemplateModel template, ReplaySetup setup, string name) => (template.FindFunction(name)
        ?? template.Functions.FirstOrDefault(function => setup.IsSameResource(function.Arn, name) || setup.IsSameResource(function.Name, name) || setup.IsSameResource(function.LogicalId, name)))?.Name;

    /// <summary>What runs the handlers. It keeps nothing: what they find is what the template fills its tables and buckets with.</summary>
    private LocalService Service(ParseResult parsed, string template, AwsLocation location, Uri address)
    {
        var options = _service.Read(parsed, host, template, location);
        return new LocalService(options with
        {
            Address = address,
            Embedded = service => new EmbeddedServices(null, service),
            Functions = options.Functions with { Progress = host.Error.WriteLine },
        });
    }
}
