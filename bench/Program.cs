using BenchmarkDotNet.Running;
using Stateside.Bench;

if (args is ["jsonata", .. var rest])
    return JsonataSideBySide.Run(rest);
BenchmarkSwitcher.FromAssembly(typeof(JsonataBenchmarks).Assembly).Run(args);
return 0;
