using System.Reflection;
using Stateside.Engine.Coverage;

namespace Stateside.Testing;

/// <summary>Writes the reports of a run.</summary>
internal static class CoverageFiles
{
    /// <summary>Writes a report in every form.</summary>
    /// <param name="report">The report.</param>
    /// <param name="table">The report as a table.</param>
    /// <param name="folder">The folder; null for the default one.</param>
    /// <param name="name">What the files' names begin with; null for the default.</param>
    /// <returns>The folder.</returns>
    public static string Write(CoverageReport report, string table, string? folder, string? name)
    {
        var asked = folder ?? Environment.GetEnvironmentVariable(WorkflowCoverage.FolderVariable);
        folder = Path.GetFullPath(string.IsNullOrWhiteSpace(asked) ? Path.Combine(ProjectFolder(), "TestResults") : asked);
        name ??= ProjectName();
        Directory.CreateDirectory(folder);
#pragma warning disable RS0030 // When a report was made is a fact of the world.
        var now = TimeProvider.System.GetUtcNow();
#pragma warning restore RS0030
        Write(folder, name + ".coverage.txt", table);
        Write(folder, name + CoverageJson.Extension, CoverageJson.Write(report));
        Write(folder, name + CoberturaReport.Extension, CoberturaReport.Write(report, now));
        foreach (var machine in report.Machines)
            Write(folder, $"{name}.{FileName(machine.Name)}.svg", CoverageGraph.Write(machine));
        return folder;
    }

    /// <summary>Whole or not at all: another process may read it at the same time.</summary>
    private static void Write(string folder, string name, string text)
    {
        var path = Path.Combine(folder, name);
        var draft = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllText(draft, text);
        File.Move(draft, path, overwrite: true);
    }

    private static string FileName(string name) => string.Join('-', name.Split([.. Path.GetInvalidFileNameChars(), ',', ' '], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The test project: tests run in a folder below it.</summary>
    private static string ProjectFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (folder.EnumerateFiles("*.*proj").Any())
                return folder.FullName;
        }

        return AppContext.BaseDirectory;
    }

    private static string ProjectName()
    {
        // Where a host runs the tests, the program is the host and the project is what the host was started for.
        var program = Assembly.GetEntryAssembly()?.GetName().Name;
        return program is null || program.StartsWith("testhost", StringComparison.OrdinalIgnoreCase) ? Path.GetFileName(ProjectFolder()) : program;
    }
}
