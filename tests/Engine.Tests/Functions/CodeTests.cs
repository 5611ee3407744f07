using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using System.Text.Json;
using Stateside.Engine.Functions;
using Stateside.Engine.Functions.Hosting;

namespace Stateside.Engine.Tests.Functions;

public sealed class CodeTests
{
    [Fact]
    public async Task Contexts_die_when_a_handler_is_loaded_and_unloaded_fifty_times()
    {
        var function = HandlerFixtures.Shape("Signatures::ValueAndContext") with { Name = "Fifty" };
        var contexts = new List<WeakReference>();
        await using (var handlers = new HandlerFixtures())
        {
            // Other settings make another function of it, for which the one before is unloaded.
            for (var i = 0; i < 50; i++)
            {
                Assert.Null((await handlers.InvokeAsync(function with { MemorySize = 128 + i }, """{"Id":"A7","Lines":3}""")).FunctionError);
                contexts.AddRange(LoadedAssemblies(function.Name));
            }
        }

        Assert.InRange(contexts.Count, 100, int.MaxValue);

        // System.Text.Json drops the accessors it emitted for a type when it is next used, a second or more after their last use.
        for (var attempt = 0; attempt < 500 && contexts.Exists(context => context.IsAlive); attempt++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            JsonSerializer.Serialize(new { attempt }, NewOptions(attempt));
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.DoesNotContain(contexts, context => context.IsAlive);
    }

    [Fact]
    public async Task What_is_loaded_is_a_copy_with_its_symbols_so_that_the_original_may_change()
    {
        var output = CopyOfOutput();
        await using var handlers = new HandlerFixtures();
        var function = HandlerFixtures.Shape("Behavior::Throw") with { CodePath = output };

        var result = await handlers.InvokeAsync(function);
        Directory.Delete(output, recursive: true);

        Assert.Matches(@"Behavior\.cs:line \d+", result.PayloadText);
        Assert.Equal("InvalidOrderException", (await handlers.InvokeAsync(function)).ErrorType);
        var copy = Path.Combine(handlers.StateDirectory, "functions", "Shapes", "1");
        Assert.True(File.Exists(Path.Combine(copy, "Shapes.pdb")));
        Assert.True(File.Exists(Path.Combine(copy, "Shapes.deps.json")));
    }

    [Fact]
    public async Task Functions_of_the_same_output_share_a_copy_and_changed_output_gets_the_next_number()
    {
        var output = CopyOfOutput();
        await using var handlers = new HandlerFixtures();
        var function = HandlerFixtures.Shape("Behavior::Remember") with { CodePath = output };
        await handlers.InvokeAsync(function);
        await handlers.InvokeAsync(function with { Name = "Other" });
        Assert.Equal(["1"], Copies(handlers));

        File.WriteAllText(Path.Combine(output, "appsettings.json"), "{}");
        await handlers.Host.PrepareAsync([function], TestContext.Current.CancellationToken);

        Assert.Equal("[1,1]", (await handlers.InvokeAsync(function)).PayloadText);
        Assert.Equal(["1", "2"], Copies(handlers));
        Directory.Delete(output, recursive: true);
    }

    [Theory]
    [InlineData("data/stateside.db", "data")]
    [InlineData("data/any", "data")]
    [InlineData("stateside.db-wal", "")]
    [InlineData("aws/states.log", "")]
    public async Task What_Stateside_itself_writes_among_the_code_makes_no_other_code(string file, string ownFolder)
    {
        var output = CopyOfOutput();
        await using var handlers = new HandlerFixtures(options => options with { OwnFolders = [Path.Combine(output, ownFolder)] });
        var function = HandlerFixtures.Shape("Behavior::ProcessId") with { CodePath = output };
        await handlers.InvokeAsync(function);
        var before = handlers.Host.LoadedFrom(function.Name);

        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(output, file))!);
        await File.WriteAllTextAsync(Path.Combine(output, file), "x", TestContext.Current.CancellationToken);
        await handlers.PreparedAsync(function);

        Assert.Equal(before, handlers.Host.LoadedFrom(function.Name));
        Assert.False(File.Exists(Path.Combine(before!, file)));
    }

    [Fact]
    public async Task A_copy_is_used_again_by_the_next_host_and_removed_once_nobody_holds_it_and_it_is_outdated()
    {
        var output = CopyOfOutput();
        await using var handlers = new HandlerFixtures();
        var function = HandlerFixtures.Shape("Signatures::Calls") with { CodePath = output };
        var options = new FunctionHostOptions { StateDirectory = handlers.StateDirectory, OutputDirectory = null };

        await RunOnceAsync("1");
        await RunOnceAsync("1");
        File.WriteAllText(Path.Combine(output, "appsettings.json"), "{}");
        await RunOnceAsync("2");
        Directory.Delete(output, recursive: true);

        async Task RunOnceAsync(string expected)
        {
            await using var host = new FunctionHost(TimeProvider.System, options);
            await host.InvokeAsync(function, "{}"u8.ToArray(), handlers.NewRequest(), TestContext.Current.CancellationToken);
            Assert.Equal([expected], Copies(handlers));
        }
    }

    [Fact]
    public async Task A_zip_of_built_output_runs_too()
    {
        var zip = Path.Combine(Directory.CreateTempSubdirectory("stateside-").FullName, "shapes.zip");
        ZipFile.CreateFromDirectory(HandlerFixtures.Output("Shapes"), zip);
        await using var handlers = new HandlerFixtures();

        var result = await handlers.InvokeAsync(HandlerFixtures.Shape("Signatures::Calls") with { CodePath = zip });

        Assert.Equal("1", result.PayloadText);
        Directory.Delete(Path.GetDirectoryName(zip)!, recursive: true);
    }

    [Fact]
    public async Task A_handler_in_the_programs_own_output_folder_is_loaded_from_there_into_a_context_of_its_own()
    {
        await using var handlers = new HandlerFixtures(options => options with { OutputDirectory = HandlerFixtures.Output("Shapes") });
        var function = HandlerFixtures.Shape("Behavior::Remember") with { CodePath = "/no/such/place" };

        Assert.Equal("[1,1]", (await handlers.InvokeAsync(function)).PayloadText);
        Assert.Equal("[1,1]", (await handlers.InvokeAsync(function with { Name = "Other" })).PayloadText);
        Assert.False(Directory.Exists(Path.Combine(handlers.StateDirectory, "functions")));
    }

    [Fact]
    public async Task Code_that_is_not_there_is_reported_with_function_place_and_remedy()
    {
        await using var handlers = new HandlerFixtures();
        var place = Path.Combine(handlers.StateDirectory, "nowhere");
        var function = HandlerFixtures.Shape("Behavior::Remember") with { CodePath = place };

        var result = await handlers.InvokeAsync(function);
        var (_, problem) = Assert.Single(await handlers.Host.PrepareAsync([function], TestContext.Current.CancellationToken));

        Assert.Equal("Runtime.InvalidEntrypoint", result.ErrorType);
        Assert.Equal(
            $"Function Behavior-Remember has its code at {place}, but there is no such folder or file. Correct its CodeUri (or Code) property; "
            + "it may name a folder with a project, a folder of built output, or a zip.", problem);
    }

    [Fact]
    public async Task A_zip_that_is_none_is_reported()
    {
        await using var handlers = new HandlerFixtures();
        var zip = Path.Combine(handlers.StateDirectory, "code.zip");
        File.WriteAllText(zip, "no zip");

        var result = await handlers.InvokeAsync(HandlerFixtures.Shape("Signatures::Calls") with { CodePath = zip });

        Assert.Equal("Runtime.InvalidEntrypoint", result.ErrorType);
        Assert.Contains($"The code of function Signatures-Calls at {zip} could not be read", result.PayloadText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_of_another_runtime_is_refused_with_what_to_do_instead()
    {
        await using var handlers = new HandlerFixtures();

        var result = await handlers.InvokeAsync(HandlerFixtures.Shape("Signatures::Calls") with { Runtime = "ruby3.4", Handler = "app.main" });

        Assert.Contains("has the runtime ruby3.4, but only .NET, python3.*, nodejs*, provided.* run here. Mock the tasks that call it", result.PayloadText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_assembly_is_reported()
    {
        var folder = Directory.CreateTempSubdirectory("stateside-").FullName;
        File.WriteAllText(Path.Combine(folder, "Shapes.dll"), "no assembly");
        await using var handlers = new HandlerFixtures();

        var result = await handlers.InvokeAsync(HandlerFixtures.Shape("Signatures::Calls") with { CodePath = folder });

        Assert.Equal("LambdaValidationException", result.ErrorType);
        Assert.Contains("Unable to load assembly 'Shapes'.", result.PayloadText, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    // Options that equal others share what those know, so each is different.
    private static JsonSerializerOptions NewOptions(int attempt) => new() { MaxDepth = 64 + attempt };

    // The contexts of a function with the assemblies in them, what is emitted included.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> LoadedAssemblies(string function) => AssemblyLoadContext.All
        .Where(context => context.Name == function)
        .SelectMany(context => context.Assemblies.Cast<object>().Append(context))
        .Select(target => new WeakReference(target, trackResurrection: true)).ToList();

    private static string CopyOfOutput()
    {
        var copy = Directory.CreateTempSubdirectory("stateside-").FullName;
        foreach (var file in Directory.GetFiles(HandlerFixtures.Output("Shapes")))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }

    private static string[] Copies(HandlerFixtures handlers) =>
        [.. Directory.GetDirectories(Path.Combine(handlers.StateDirectory, "functions", "Shapes")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
}
