using Stateside.Conformance;
using Stateside.Conformance.Chaos;
using Stateside.Conformance.Hostile;
using Stateside.Conformance.Linearizability;
using Stateside.Conformance.Paths;
using Stateside.Conformance.Replays;
using Stateside.Conformance.Shapes;
using Stateside.Conformance.Simulation;
using Stateside.Conformance.Stores;

return args switch
{
    ["jsonata", var folder] => JsonataSuite.Run(folder, null),
    ["jsonata", var folder, "--report", var file] => JsonataSuite.Run(folder, file),
    ["jsonata-fuzz", var folder, .. var options] => JsonataFuzz.Run(folder, options),
    ["jsonata-shapes", var folder, .. var options] => JsonataShapes.Run(folder, options),
    ["paths", .. var options] => PathSuite.Run(options),
    ["intrinsics", .. var options] => IntrinsicFuzz.Run(options),
    ["graph", var folder] => GraphSuite.Run(folder),
    ["roles", var folder] => RoleSuite.Run(folder, show: false),
    ["roles", var folder, "--show"] => RoleSuite.Run(folder, show: true),
    ["replay", _, .. var options] when options.Length % 2 == 0 => ReplaySuite.Run(args[1..]),
    ["shapes", .. var options] => ShapesSuite.Run(options),
    ["services"] => WireCases.Run(),
    ["services", "--list"] => WireCases.List(),
    ["stores", .. var options] => await StoresSuite.RunAsync(options),
    ["chaos", .. var options] when options.Length % 2 == 0 => await ChaosRun.RunAsync(options),
    ["hostile", .. var options] => await HostileRun.RunAsync(options),
    ["linearizability", .. var options] when options.Length % 2 == 0 => await LinearizabilityRun.RunAsync(options),
    ["faults", .. var options] => await FaultChecks.RunAsync(options.LastOrDefault(option => option != "--volume") ?? ChaosRun.Service, options.Contains("--volume")),
    ["simulate", .. var options] => SimulateCommand.Run(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: Conformance jsonata DIR [--report FILE]
               Conformance jsonata-fuzz DIR [--count N] [--seed S] [--reference NODE_SCRIPT] [--report FILE]
               Conformance jsonata-shapes DIR [--count N] [--seed S] [--show N] [--unknown]
               Conformance paths [CONFORMANCE] [--count N] [--seed S] [--show N]
               Conformance intrinsics [--count N] [--seed S] [--only FUNCTION]
               Conformance graph FOLDER
               Conformance roles TEMPLATES [--show]
               Conformance replay CASES [--mutations N] [--seed S] [--only TEXT] [--tests FOLDER [--most N]]
               Conformance shapes FOLDER… [--machines N] [--seed S] [--only PART]
               Conformance services [--list]
               Conformance stores [--count N] [--seed S] [--over http] [--only SERVICE] [--moto URL]
               Conformance chaos [--kills N] [--seconds S] [--seed N] [--rate STARTS_PER_SECOND] [--service STATESIDE_DLL]
               Conformance faults [--volume] [STATESIDE_DLL]
               Conformance simulate [--seeds N] [--seed S] [--first F] [--plant FAULT] [--verbose]
               Conformance simulate --planted [--seed S]
               Conformance linearizability [--seconds S] [--kills N] [--seed N] [--service STATESIDE_DLL]
               Conformance hostile [--short] [--only NAME]… [--memory MIB] [--list] [--service STATESIDE_DLL]

        CONFORMANCE holds recordings in asl/, measured/ and reports/. Paths need Java and Debian's libjsonpath-java, libjson-smart-java and
        libjackson2-databind-java.
        DIR holds groups/*.json and datasets/*.json. FOLDER holds JSON files with definitions in them. NODE_SCRIPT is tests/Conformance/jsonata-reference.cjs, which needs npm's jsonata.
        TEMPLATES is a folder with SAM and CloudFormation templates, and their definitions beside them.
        CASES holds executions that AWS recorded, such as CONFORMANCE/asl.
        services answers the cases of tests/Conformance/services/compare_services.py, which starts it, or lists services and actions.
        simulate runs the engine from seeds; FAULT is effect-before-commit, dropped-due-time or name-before-save, and --planted looks for all three.
        URL is a moto server that runs; without it one is started, which needs python3 with moto[server].
        """);
    return 2;
}
