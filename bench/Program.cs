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

if (args is ["sleepers", .. var count])
    return await SleeperMemory.RunAsync(count);

if (args is ["testing", .. var template])
    return await TestStartup.RunAsync(template);

BenchmarkSwitcher.FromAssembly(typeof(JsonataBenchmarks).Assembly).Run(args);
return 0;
