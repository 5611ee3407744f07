namespace Stateside.Engine.Functions;

/// <summary>
/// Which function this process says it is, in its variables and its current folder. A process says it once for all of its threads, so it
/// is what was loaded or invoked last: functions that run one after another each find what Lambda tells them, and of two that run at the
/// same moment one finds what the other is told. What an init phase reads stays, so while one lasts no other function's takes its place.
/// </summary>
/// <remarks>
/// A process that somebody else owns, such as a test's, keeps its folder and its time zone: others rely on them.
/// </remarks>
internal static class CurrentFunction
{
    // In .NET what AppContext.BaseDirectory gives; on Lambda, which starts its runtime with the function's deps.json, that is the function's folder.
    private const string BaseDirectory = "APP_CONTEXT_BASE_DIRECTORY";

    // An init phase that hangs keeps the others waiting no longer than this.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly object Changing = new();
    private static readonly Dictionary<string, string?> Before = new(StringComparer.Ordinal);
    private static (string Folder, object? BaseDirectory)? _place;
    private static volatile FunctionIdentity? _shown;
    private static InitPhase? _loading;

    /// <summary>Begins an init phase, which has the process's variables until it is disposed of.</summary>
    /// <param name="identity">The function as this process is to show it.</param>
    public static InitPhase Load(FunctionIdentity identity)
    {
        lock (Changing)
        {
            while (_loading is { } other && !ReferenceEquals(other.Function, identity.Function))
            {
                if (!Monitor.Wait(Changing, Patience))
                    break;
            }

            // Environments of one function may be made side by side.
            if (_loading is not { } phase || !ReferenceEquals(phase.Function, identity.Function))
                _loading = phase = new InitPhase(identity.Function);
            phase.Count++;
            Show(identity);
            return phase;
        }
    }

    /// <summary>An invocation begins.</summary>
    /// <param name="identity">The function as this process is to show it.</param>
    public static void Enter(FunctionIdentity identity)
    {
        if (ReferenceEquals(_shown?.Function, identity.Function))
            return;
        lock (Changing)
        {
            if (_loading is null || ReferenceEquals(_loading.Function, identity.Function))
                Show(identity);
        }
    }

    /// <summary>Everything is again as it was before the first function.</summary>
    public static void Leave()
    {
        lock (Changing)
        {
            foreach (var (name, before) in Before)
                Environment.SetEnvironmentVariable(name, before);
            if (Before.ContainsKey(LambdaVariables.TimeZone))
                TimeZoneInfo.ClearCachedData();
            Before.Clear();
            Environment.SetEnvironmentVariable(LambdaVariables.Trace, null);
            if (_place is { } place)
            {
                Directory.SetCurrentDirectory(place.Folder);
                AppContext.SetData(BaseDirectory, place.BaseDirectory);
                _place = null;
            }

            _shown = null;
        }
    }

    // The lock is held. Most of it is what it was.
    private static void Show(FunctionIdentity identity)
    {
        if (identity.OwnsProcess && _shown?.Folder != identity.Folder)
        {
            _place ??= (Directory.GetCurrentDirectory(), AppContext.GetData(BaseDirectory));
            Directory.SetCurrentDirectory(identity.Folder);
            ShowBaseDirectory(identity.Folder);
        }

        for (var i = 0; i < identity.Variables.Length; i++)
        {
            var (name, value) = identity.Variables[i];
            if (name == LambdaVariables.TimeZone && !identity.OwnsProcess)
                continue;
            if (_shown is null)
                Before[name] = Environment.GetEnvironmentVariable(name);
            else if (_shown.Variables[i].Value == value)
                continue;
            Environment.SetEnvironmentVariable(name, value);
            if (name == LambdaVariables.TimeZone)
                TimeZoneInfo.ClearCachedData();
        }

        _shown = identity;
    }

    /// <summary>Lets <see cref="AppContext.BaseDirectory"/> be the function's folder.</summary>
    public static void ShowBaseDirectory(string folder) => AppContext.SetData(BaseDirectory, Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar);

    /// <summary>The init phases of one function that are under way.</summary>
    public sealed class InitPhase(FunctionConfiguration function) : IDisposable
    {
        public FunctionConfiguration Function { get; } = function;

        public int Count { get; set; }

        public void Dispose()
        {
            lock (Changing)
            {
                if (--Count > 0)
                    return;
                if (ReferenceEquals(_loading, this))
                    _loading = null;
                Monitor.PulseAll(Changing);
            }
        }
    }
}

/// <summary>How a process shows that it runs an environment of a function.</summary>
/// <param name="Function">The function.</param>
/// <param name="Folder">The folder of its code.</param>
/// <param name="LogStream">The name of the environment's log stream.</param>
/// <param name="OwnsProcess">See <see cref="FunctionHostOptions.OwnsProcess"/>.</param>
internal sealed record FunctionIdentity(FunctionConfiguration Function, string Folder, string LogStream, bool OwnsProcess)
{
    /// <summary>What Lambda tells it.</summary>
    public KeyValuePair<string, string>[] Variables { get; } = LambdaVariables.Of(Function, Folder, LogStream);
}
