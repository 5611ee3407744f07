using Stateside.Engine.History;
using Stateside.Engine.Replay;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Conformance.Replays;

/// <summary>Replays what was recorded on AWS: on its own definition, where nothing may be another, and on definitions that were changed.</summary>
internal static class ReplaySuite
{
    /// <summary>Runs the suite.</summary>
    /// <param name="args">The folder of recordings and options.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] args)
    {
        var (folder, mutations, seed, only) = (args[0], 0, 1UL, "");
        var (tests, most) = ((string?)null, int.MaxValue);
        for (var i = 1; i + 1 < args.Length; i += 2)
        {
            switch (args[i])
            {
                case "--mutations":
                    mutations = int.Parse(args[i + 1], System.Globalization.CultureInfo.InvariantCulture);
                    break;
                case "--seed":
                    seed = ulong.Parse(args[i + 1], System.Globalization.CultureInfo.InvariantCulture);
                    break;
                case "--tests":
                    tests = args[i + 1];
                    break;
                case "--most":
                    most = int.Parse(args[i + 1], System.Globalization.CultureInfo.InvariantCulture);
                    break;
                case "--only":
                    only = args[i + 1];
                    break;
            }
        }

        var reasons = (JsonObject)JsonReader.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "replay-exceptions.json")));
        var (same, excepted, wrong, events, withoutData) = (0, 0, 0, 0, 0);
        var (replayed, needed) = (new List<(string Id, ReplaySetup Setup)>(), new List<string>());
        foreach (var recorded in RecordedCase.In(folder).Where(recorded => recorded.Id.Contains(only, StringComparison.Ordinal)))
        {
            var problem = Replay(recorded, out var setup);
            if (setup is not null)
                events += setup.Record.Events.Count;
            if (problem is null)
            {
                same++;
                withoutData += setup!.Record.HasData ? 0 : 1;
                if (setup.Record.HasData)
                    replayed.Add((recorded.Id, setup));
            }
            else if (reasons[recorded.Id] is JsonString)
            {
                excepted++;
                needed.Add(recorded.Id);
            }
            else
            {
                wrong++;
                Console.WriteLine($"{recorded.Id}: {problem}");
            }
        }

        if (only == "")
        {
            foreach (var unused in reasons.Keys.ToArray().Except(needed))
            {
                wrong++;
                Console.WriteLine($"replay-exceptions.json: {unused} needs no exception");
            }
        }

        Console.WriteLine($"replay: {same} recorded executions with {events} events go as they went ({withoutData} of them without data), {excepted} for reasons do not, {wrong} are wrong");
        if (tests is not null)
            RecordedTestFiles.Write(tests, replayed, most);
        var isSound = mutations == 0 || ReplayMutations.Run([.. replayed.Select(one => one.Setup)], mutations, seed);
        return same > 0 && wrong == 0 && isSound ? 0 : 1;
    }

    private static string? Replay(RecordedCase recorded, out ReplaySetup? setup)
    {
        setup = null;
        var type = recorded.IsExpress ? StateMachineType.Express : StateMachineType.Standard;
        var parsed = type.ParseAccepted(recorded.Definition);
        if (parsed.Definition is null)
            return $"the definition is not read: {parsed.Diagnostics[0].Message}";
        var filling = new RecordedCaseFilling(recorded);
        RecordedExecution record;
        try
        {
            record = filling.Fill();
        }
        catch (RecordException e)
        {
            return e.Message;
        }

        var machine = new StateMachine
        {
            Arn = "arn:aws:states:us-east-1:111111111111:stateMachine:M",
            Name = "M",
            Type = type,
            RoleArn = "arn:aws:iam::111111111111:role/r",
            DefinitionText = recorded.Definition,
            Definition = parsed.Definition,
            RevisionId = "r",
        };
        for (var round = 0; ; round++)
        {
            setup = new ReplaySetup(record, machine);
            var result = Replayer.Run(setup);
            var filled = result.Divergences.Aggregate(record, filling.Fill);
            if (result.First is not { } first)
                return null;
            if (round == 40 || filled.Events.Zip(record.Events).All(pair => IsSame(pair.First, pair.Second)))
                return ReplayText.OneLine(first);
            record = filled;
        }
    }

    private static bool IsSame(HistoryEvent one, HistoryEvent other) => ReferenceEquals(one.Details, other.Details)
        || (one.Details?.Fields.Select(Told).SequenceEqual(other.Details?.Fields.Select(Told) ?? []) ?? other.Details is null);

    private static string? Told((string Name, object? Value) field) => field.Value switch
    {
        EventDetails inner => string.Join(',', inner.Fields.Select(Told)),
        var value => $"{field.Name}={value}",
    };
}
