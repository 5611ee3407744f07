using System.Diagnostics;
using System.Text.Json;

namespace Stateside.Engine.Functions.Processes;

/// <summary>
/// Finds AWS SDKs in a function's code that are older than AWS_ENDPOINT_URL, which alone tells a process of its own where AWS is.
/// See https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html.
/// </summary>
internal static class OldSdks
{
    private static readonly Version Dotnet = new(3, 7, 201);
    private static readonly Version Python = new(1, 31, 0);

    /// <summary>The first that is too old, with the version that is not; null for none.</summary>
    /// <param name="folder">The folder of the code.</param>
    public static (string Name, string Remedy)? Find(string folder)
    {
        var core = Path.Combine(folder, "AWSSDK.Core.dll");
        if (File.Exists(core) && FileVersionInfo.GetVersionInfo(core) is { } file
            && new Version(file.FileMajorPart, file.FileMinorPart, file.FileBuildPart) is var found && found < Dotnet)
            return ($"AWSSDK.Core {found}", $"{Dotnet} or later");
        const string Installed = ".dist-info";
        foreach (var botocore in Directory.GetDirectories(folder, $"botocore-*{Installed}"))
        {
            if (Version.TryParse(Path.GetFileName(botocore)["botocore-".Length..^Installed.Length], out var version) && version < Python)
                return ($"botocore {version}", $"{Python} or later");
        }

        var node = Path.Combine(folder, "node_modules", "aws-sdk", "package.json");
        return File.Exists(node) ? ($"aws-sdk {VersionIn(node)}", "@aws-sdk, version 3") : null;
    }

    private static string VersionIn(string package)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(package));
            return json.RootElement.GetProperty("version").GetString() ?? "";
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or IOException)
        {
            return "";
        }
    }
}
