using Stateside.Conformance;

return args switch
{
    ["jsonata", var folder] => JsonataSuite.Run(folder, null),
    ["jsonata", var folder, "--report", var file] => JsonataSuite.Run(folder, file),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Conformance jsonata DIR [--report FILE]\n\nDIR holds groups/*.json and datasets/*.json.");
    return 2;
}
