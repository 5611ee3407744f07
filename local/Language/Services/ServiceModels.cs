using System.Collections.Concurrent;
using System.IO.Compression;

namespace Stateside.Language.Services;

/// <summary>
/// What AWS publishes of its services: which actions each has, and what requests and answers look like. It lies in
/// <c>aws-services.zip</c>, one text a service, of which each is read when somebody asks for it; <c>build/services/make_models.py</c> makes
/// the file and says how it reads.
/// </summary>
internal static class ServiceModels
{
    private static readonly Lock Gate = new();
    private static readonly Lazy<ZipArchive> Archive = new(() => new ZipArchive(
        typeof(ServiceModels).Assembly.GetManifestResourceStream("aws-services.zip")!, ZipArchiveMode.Read));

    private static readonly Lazy<HashSet<string>> AllNames =
        new(() => Archive.Value.Entries.Select(entry => entry.FullName).ToHashSet(StringComparer.Ordinal));

    // Only for what is not served: reading it takes a while.
    private static readonly Lazy<ILookup<string, string>> WireNames = new(ReadWireNames);

    private static readonly ConcurrentDictionary<string, ServiceModel?> ByName = new(StringComparer.Ordinal);

    /// <summary>The services as resources name them after <c>aws-sdk:</c>, such as dynamodb, sfn and costexplorer.</summary>
    public static IReadOnlyCollection<string> Names => AllNames.Value;

    /// <summary>Reads a service's model, once.</summary>
    /// <param name="name">The service as resources name it after <c>aws-sdk:</c>.</param>
    /// <returns>The model; null when there is no such service.</returns>
    public static ServiceModel? Find(string name) => ByName.TryGetValue(name, out var model) ? model : Load(name);

    /// <summary>The services whose requests name a service so: before the action in the target header, or in what a signature is for.</summary>
    /// <param name="word">The word, in whatever case, such as AWSCognitoIdentityProviderService or cognito-idp.</param>
    public static IEnumerable<ServiceModel> FindOnWire(string word) => WireNames.Value[word].Select(Find).OfType<ServiceModel>();

    private static ILookup<string, string> ReadWireNames()
    {
        var names = new List<(string Word, string Name)>();
        lock (Gate)
        {
            foreach (var entry in Archive.Value.Entries)
            {
                // What is said of a service stands before its shapes.
                using var reader = new StreamReader(entry.Open());
                while (reader.ReadLine() is { } line && !line.StartsWith("structure ", StringComparison.Ordinal))
                {
                    if (line.Split(' ') is ["target" or "signing", var word, ..])
                        names.Add((word, entry.FullName));
                }
            }
        }

        return names.Distinct().ToLookup(name => name.Word, name => name.Name, StringComparer.OrdinalIgnoreCase);
    }

    private static ServiceModel? Load(string name)
    {
        // What is no service is asked for by definitions, which may name anything: it is not remembered.
        if (!AllNames.Value.Contains(name))
            return null;
        lock (Gate)
        {
            return ByName.GetOrAdd(name, static name =>
            {
                using var reader = new StreamReader(Archive.Value.GetEntry(name)!.Open());
                return new ServiceModel(reader.ReadToEnd());
            });
        }
    }
}
