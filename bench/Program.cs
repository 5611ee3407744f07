using BenchmarkDotNet.Running;
using Stateside.Bench;

if (args is ["jsonata", .. var rest])
{
    try
    {
        return JsonataSideBySide.Run(rest);
    }
    catch (MissingReferenceException e)
    {
        Console.Error.WriteLine(e.Message);
        return 2;
    }
}

BenchmarkSwitcher.FromAssembly(typeof(JsonataBenchmarks).Assembly).Run(args);
return 0;
