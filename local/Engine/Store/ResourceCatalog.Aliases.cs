namespace Stateside.Engine.Store;

/// <summary>Aliases.</summary>
internal sealed partial class ResourceCatalog
{
    /// <summary>
    /// Creates an alias; asked for the same again it gives the one that is there.
    /// See https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachineAlias.html.
    /// </summary>
    /// <param name="machineArn">The machine's ARN.</param>
    /// <param name="name">The alias's name.</param>
    /// <param name="description">What is said of it.</param>
    /// <param name="routes">Where it leads; the weights make 100.</param>
    /// <exception cref="ApiException">There is no such machine or version, another alias of that name is there, or there are too many.</exception>
    public ValueTask<StateMachineAlias> CreateAliasAsync(string machineArn, string name, string? description, IReadOnlyList<AliasRoute> routes) =>
        ChangeAsync(change =>
        {
            var machine = Find(machineArn) ?? throw ApiException.NoResource(machineArn);
            if (machine.IsDeleting)
                throw ApiException.Deleting(machineArn);
            CheckRoutes(machine, routes);
            if (machine.FindAlias(name) is { } present)
            {
                return present.Description == description && present.Routes.SequenceEqual(routes)
                    ? present
                    : throw new ApiException(
                        "ConflictException",
                        "Failed to create alias because an alias with the same name and a different routing configuration already exists.");
            }

            if (machine.Aliases.Count >= _options.MaxAliases)
            {
                throw new ApiException(
                    "ServiceQuotaExceededException", $"The state machine has the maximum number of aliases, {_options.MaxAliases}. Delete aliases that nobody uses.");
            }

            var now = Now;
            var alias = new StateMachineAlias(name, description, routes, now, now);
            Put(machine with { Aliases = [.. machine.Aliases, alias] }, change);
            return alias;
        });

    /// <summary>Changes an alias.</summary>
    /// <param name="aliasArn">The alias's ARN.</param>
    /// <param name="description">What is said of it; null leaves that as it is.</param>
    /// <param name="routes">Where it leads; null leaves that as it is.</param>
    /// <exception cref="ApiException">There is no such alias or version, or the machine is being deleted.</exception>
    public ValueTask<StateMachineAlias> UpdateAliasAsync(string aliasArn, string? description, IReadOnlyList<AliasRoute>? routes) => ChangeAsync(change =>
    {
        var (machine, qualifier) = FindQualified(aliasArn);
        if (machine?.FindAlias(qualifier ?? "") is not { } alias)
            throw ApiException.NoResource(aliasArn);
        if (machine.IsDeleting)
            throw ApiException.Deleting(machine.Arn);
        if (routes is not null)
            CheckRoutes(machine, routes);
        var changed = alias with { Description = description ?? alias.Description, Routes = routes ?? alias.Routes, UpdateDate = Now };
        Put(machine with { Aliases = [.. machine.Aliases.Select(other => other == alias ? changed : other)] }, change);
        return changed;
    });

    /// <summary>Deletes an alias, if it is there.</summary>
    /// <returns>Whether it was there.</returns>
    public ValueTask<bool> DeleteAliasAsync(string aliasArn) => ChangeAsync(change =>
    {
        var (machine, qualifier) = FindQualified(aliasArn);
        if (machine?.FindAlias(qualifier ?? "") is not { } alias)
            return false;
        Put(machine with { Aliases = [.. machine.Aliases.Where(other => other != alias)] }, change);
        return true;
    });

    private static void CheckRoutes(StateMachineEntry machine, IReadOnlyList<AliasRoute> routes)
    {
        foreach (var route in routes)
        {
            if (machine.FindVersion(route.Version) is null)
                throw ApiException.NoResource(machine.VersionArn(route.Version));
        }
    }

    private StateMachineEntry Pointed(StateMachineEntry machine, DeclaredAlias declared, int published)
    {
        var (alias, now) = (machine.FindAlias(declared.Name), Now);
        IReadOnlyList<AliasRoute> routes =
        [
            .. declared.Routes.GroupBy(route => route.Version is { } number && machine.FindVersion(number) is not null ? number : published)
                .Select(routed => new AliasRoute(routed.Key, routed.Sum(route => route.Weight))),
        ];
        if (alias is null)
            return machine with { Aliases = [.. machine.Aliases, new StateMachineAlias(declared.Name, declared.Description, routes, now, now)] };
        var changed = alias with { Description = declared.Description ?? alias.Description, Routes = routes };
        return changed.Description == alias.Description && alias.Routes.SequenceEqual(routes)
            ? machine
            : machine with { Aliases = [.. machine.Aliases.Select(other => other == alias ? changed with { UpdateDate = now } : other)] };
    }
}
