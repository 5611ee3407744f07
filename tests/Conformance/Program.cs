using Stateside.Conformance;

return args switch
{
    ["jsonata", var folder] => JsonataSuite.Run(folder, null),
    ["jsonata", var folder, "--report", var file] => JsonataSuite.Run(folder, file),
    ["jsonata-fuzz", var folder, .. var options] => JsonataFuzz.Run(folder, options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: Conformance jsonata DIR [--report FILE]
               Conformance jsonata-fuzz DIR [--count N] [--seed S] [--reference NODE_SCRIPT] [--report FILE]

        DIR holds groups/*.json and datasets/*.json. NODE_SCRIPT is tests/Conformance/jsonata-reference.cjs, which needs npm's jsonata.
        """);
    return 2;
}
