using Stateside.Language.Definitions;

namespace Stateside.Engine.Store;

/// <summary>What a caller wants changed of a machine; null members stay as they are.</summary>
internal sealed record StateMachineUpdate
{
    /// <summary>The definition's text, and what it compiles to.</summary>
    public (string Text, Definition Definition)? Definition { get; init; }

    /// <summary>The role.</summary>
    public string? RoleArn { get; init; }

    /// <summary>The logging.</summary>
    public LoggingConfiguration? Logging { get; init; }

    /// <summary>The tracing.</summary>
    public bool? TracingEnabled { get; init; }

    /// <summary>The encryption.</summary>
    public EncryptionConfiguration? Encryption { get; init; }

    /// <summary>Whether the outcome is published as a version.</summary>
    public bool Publish { get; init; }

    /// <summary>What its publisher says of that version.</summary>
    public string? VersionDescription { get; init; }
}

/// <summary>What a template publishes of a machine: its current revision, and aliases.</summary>
/// <param name="Description">What is said of the version.</param>
/// <param name="Aliases">The aliases.</param>
internal sealed record DeclaredVersions(string? Description, IReadOnlyList<DeclaredAlias> Aliases);

/// <summary>An alias that a template declares.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What is said of it; null leaves that as it is.</param>
/// <param name="Routes">Versions by number with their weights; null, and a version that there is not, stand for what is published.</param>
internal sealed record DeclaredAlias(string Name, string? Description, IReadOnlyList<(int? Version, int Weight)> Routes);

/// <summary>State machines: creating, changing, publishing, deleting.</summary>
internal sealed partial class ResourceCatalog
{
    /// <summary>The ARN of a machine of this account and region.</summary>
    public string StateMachineArn(string name) => _options.Location.Arn("states", $"stateMachine:{name}");

    /// <summary>
    /// Creates a machine. Asked for the same again it gives the one that is there; role and tags do not matter then.
    /// See https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html.
    /// </summary>
    /// <param name="revision">Its first revision; id and dates are set here.</param>
    /// <param name="publish">Whether to publish it as a version.</param>
    /// <param name="versionDescription">What is said of that version.</param>
    /// <param name="tags">The tags.</param>
    /// <returns>The machine, and the version that was published with it.</returns>
    /// <exception cref="ApiException">Another machine of that name is there, or something exceeds a limit.</exception>
    public ValueTask<(StateMachineEntry Machine, StateMachineVersion? Version)> CreateAsync(
        StateMachine revision, bool publish = false, string? versionDescription = null, IReadOnlyList<ResourceTag>? tags = null) =>
        ChangeAsync(change =>
        {
            if (Find(revision.Arn) is { } present)
            {
                if (present.IsDeleting)
                    throw ApiException.Deleting(present.Arn);
                if (!Current(present).HasSameSettings(revision) || present.CreatedVersion.HasValue != publish || present.CreatedVersionDescription != versionDescription)
                    throw new ApiException("StateMachineAlreadyExists", $"State Machine Already Exists: '{present.Arn}'");
                return (present, present.FindVersion(present.CreatedVersion ?? 0));
            }

            if (_machines.Count >= _options.MaxStateMachines)
                throw new ApiException("StateMachineLimitExceeded", $"The maximum number of state machines has been reached: {_options.MaxStateMachines}");
            var machine = Begin(revision, change) with
            {
                Tags = Merged([], tags ?? [], revision.Arn),
                CreatedVersion = publish ? 1 : null,
                CreatedVersionDescription = versionDescription,
            };
            StateMachineVersion? version = null;
            if (publish)
                (machine, version) = Published(machine, versionDescription);
            Put(machine, change);
            return (machine, version);
        });

    /// <summary>
    /// Changes a machine. Its running executions keep the revision they started with; where nothing changes there is no new revision.
    /// See https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html.
    /// </summary>
    /// <returns>The revision that is current now, and the version that was published.</returns>
    /// <exception cref="ApiException">There is no such machine, it is being deleted, or it has too many versions.</exception>
    public ValueTask<(StateMachine Revision, StateMachineVersion? Version)> UpdateAsync(string arn, StateMachineUpdate update) =>
        ChangeAsync(change =>
        {
            var machine = Live(arn);
            var current = Current(machine);
            var next = current with
            {
                DefinitionText = update.Definition?.Text ?? current.DefinitionText,
                Definition = update.Definition?.Definition ?? current.Definition,
                RoleArn = update.RoleArn ?? current.RoleArn,
                Logging = update.Logging ?? current.Logging,
                TracingEnabled = update.TracingEnabled ?? current.TracingEnabled,
                Encryption = update.Encryption ?? current.Encryption,
            };
            if (!next.IsSameAs(current))
            {
                current = Add(next with { IsInitial = false, UpdateDate = Now }, change);
                machine = machine with { RevisionId = current.RevisionId };
            }

            StateMachineVersion? version = null;
            if (update.Publish)
                (machine, version) = Published(machine, update.VersionDescription);
            if (!ReferenceEquals(machine, _machines[arn]))
                Put(machine, change);
            return (current, version);
        });

    /// <summary>
    /// Takes over a machine as a template declares it: creates it, changes it where the template has changed, or leaves it as it is.
    /// </summary>
    /// <param name="revision">The machine; id and dates are set here.</param>
    /// <param name="tags">Its tags.</param>
    /// <param name="versions">What is published of it; null for nothing.</param>
    public ValueTask<StateMachineEntry> DeclareAsync(StateMachine revision, IReadOnlyList<ResourceTag> tags, DeclaredVersions? versions = null)
    {
        ArgumentNullException.ThrowIfNull(revision);
        return ChangeAsync(change =>
        {
            if (_damaged.TryGetValue(revision.Arn, out var damage))
                throw damage;
            var present = _machines.GetValueOrDefault(revision.Arn);
            var machine = present;

            // Another type is another machine, as a deployment replaces it.
            if (machine is null || machine.Type != revision.Type)
                machine = Begin(revision, change);
            else if (!Current(machine).IsSameAs(revision))
                machine = machine with { RevisionId = Add(revision with { CreationDate = machine.CreationDate, UpdateDate = Now }, change).RevisionId };

            if (machine.IsDeleting || !machine.Tags.SequenceEqual(tags))
                machine = machine with { IsDeleting = false, Tags = tags };
            if (versions is not null)
            {
                (machine, var version) = Published(machine, versions.Description);
                foreach (var alias in versions.Aliases)
                    machine = Pointed(machine, alias, version.Number);
            }

            if (!ReferenceEquals(machine, present))
                Put(machine, change);
            return machine;
        });
    }

    /// <summary>
    /// Deletes a machine with its versions and aliases, if it is there, as soon as none of its executions runs any more. One that cannot be
    /// read goes at once, which makes room for another of its name.
    /// </summary>
    public ValueTask<bool> DeleteAsync(string arn) => ChangeAsync(change =>
    {
        if (_damaged.ContainsKey(arn))
        {
            Save(change, MachineKind, arn, CatalogJson.Default.StateMachineEntry, null);
            change.Then(() => _damaged.TryRemove(arn, out _));
            return true;
        }

        if (Find(arn) is not { } machine)
            return false;
        if (_options.HasRunningExecutions(arn))
            Put(machine with { IsDeleting = true }, change);
        else
            Remove(machine, change);
        return true;
    });

    /// <summary>
    /// Publishes the current revision as a version; one that is published already keeps its version.
    /// See https://docs.aws.amazon.com/step-functions/latest/apireference/API_PublishStateMachineVersion.html.
    /// </summary>
    /// <param name="arn">The machine's ARN.</param>
    /// <param name="revisionId">The id that the current revision must have; null for any.</param>
    /// <param name="description">What its publisher says of it.</param>
    /// <exception cref="ApiException">There is no such machine, another revision is current, or it has too many versions.</exception>
    public ValueTask<StateMachineVersion> PublishAsync(string arn, string? revisionId, string? description) => ChangeAsync(change =>
    {
        var machine = Live(arn);
        var shown = Current(machine).ShownRevisionId ?? StateMachine.InitialRevision;
        if (!string.IsNullOrEmpty(revisionId) && revisionId != shown)
        {
            throw new ApiException(
                "ConflictException", $"Failed to publish the State Machine version for revision {revisionId}. The current State Machine revision is {shown}.");
        }

        var (published, version) = Published(machine, description);
        if (!ReferenceEquals(published, machine))
            Put(published, change);
        return version;
    });

    /// <summary>Deletes a version, if it is there.</summary>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="ApiException">An alias leads to it.</exception>
    public ValueTask<bool> DeleteVersionAsync(string versionArn) => ChangeAsync(change =>
    {
        var (machine, qualifier) = FindQualified(versionArn);
        if (machine?.FindVersion(Number(qualifier ?? "")) is not { } version)
            return false;
        var aliases = machine.Aliases.Where(alias => alias.Routes.Any(route => route.Version == version.Number)).Select(alias => alias.Name).ToList();
        if (aliases.Count > 0)
        {
            throw new ApiException(
                "ConflictException",
                $"Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [{string.Join(", ", aliases)}]");
        }

        Put(machine with { Versions = [.. machine.Versions.Where(other => other != version)] }, change);
        return true;
    });

    /// <summary>A machine with its first revision, not yet put in its place.</summary>
    private StateMachineEntry Begin(StateMachine revision, Change change)
    {
        var now = Now;
        var first = Add(revision with { IsInitial = true, CreationDate = now, UpdateDate = now }, change);
        return new StateMachineEntry
        {
            Arn = first.Arn,
            Name = first.Name,
            Type = first.Type,
            CreationDate = now,
            Serial = ++_serial,
            RevisionId = first.RevisionId,
        };
    }

    private StateMachine Current(StateMachineEntry machine) => _revisions[(machine.Arn, machine.RevisionId)].Value;

    /// <summary>The machine of an ARN that can be changed.</summary>
    private StateMachineEntry Live(string arn)
    {
        var machine = Find(arn) ?? throw ApiException.NoMachine(arn);
        return machine.IsDeleting ? throw ApiException.Deleting(arn) : machine;
    }

    private (StateMachineEntry Machine, StateMachineVersion Version) Published(StateMachineEntry machine, string? description)
    {
        if (machine.Versions.LastOrDefault(version => version.RevisionId == machine.RevisionId) is { } present)
            return (machine, present);
        if (machine.Versions.Count >= _options.MaxVersions)
        {
            throw new ApiException(
                "ServiceQuotaExceededException", $"The state machine has the maximum number of versions, {_options.MaxVersions}. Delete versions that nobody uses.");
        }

        var version = new StateMachineVersion(machine.LastVersion + 1, machine.RevisionId, description, Now);
        return (machine with { Versions = [.. machine.Versions, version], LastVersion = version.Number }, version);
    }

    /// <summary>Takes a machine away that is being deleted, unless executions still run.</summary>
    private bool Sweep(StateMachineEntry machine)
    {
        if (_options.HasRunningExecutions(machine.Arn))
            return false;

        // Its storage may hear of it later than the caller: whoever loads it before sweeps it again.
        _ = ChangeAsync(change =>
        {
            if (_machines.TryGetValue(machine.Arn, out var present) && present.IsDeleting)
                Remove(present, change);
            return true;
        }).AsTask();
        return true;
    }

    private void Remove(StateMachineEntry machine, Change change)
    {
        Save(change, MachineKind, machine.Arn, CatalogJson.Default.StateMachineEntry, null);
        change.Then(() =>
        {
            _machines.TryRemove(machine.Arn, out _);
            _options.MachineRemoved(machine.Arn);
        });
    }
}
