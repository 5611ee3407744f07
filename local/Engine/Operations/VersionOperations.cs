using Stateside.Engine.Store;

namespace Stateside.Engine.Operations;

internal sealed record PublishStateMachineVersionRequest(string StateMachineArn, string? RevisionId, string? Description);

internal sealed record PublishStateMachineVersionResponse(DateTimeOffset CreationDate, string StateMachineVersionArn);

internal sealed record DeleteStateMachineVersionRequest(string StateMachineVersionArn);

internal sealed record ListOfStateMachineRequest(string StateMachineArn, string? NextToken, int? MaxResults);

internal sealed record StateMachineVersionListItem(string StateMachineVersionArn, DateTimeOffset CreationDate);

internal sealed record ListStateMachineVersionsResponse(IReadOnlyList<StateMachineVersionListItem> StateMachineVersions, string? NextToken);

internal sealed record RoutingMember(string StateMachineVersionArn, int? Weight);

internal sealed record CreateStateMachineAliasRequest(string? Description, string Name, IReadOnlyList<RoutingMember> RoutingConfiguration);

internal sealed record CreateStateMachineAliasResponse(string StateMachineAliasArn, DateTimeOffset CreationDate);

internal sealed record StateMachineAliasArnRequest(string StateMachineAliasArn);

internal sealed record DescribeStateMachineAliasResponse(
    string StateMachineAliasArn,
    string Name,
    string? Description,
    IReadOnlyList<RoutingMember> RoutingConfiguration,
    DateTimeOffset CreationDate,
    DateTimeOffset UpdateDate);

internal sealed record UpdateStateMachineAliasRequest(string StateMachineAliasArn, string? Description, IReadOnlyList<RoutingMember>? RoutingConfiguration);

internal sealed record UpdateStateMachineAliasResponse(DateTimeOffset UpdateDate);

internal sealed record StateMachineAliasListItem(string StateMachineAliasArn, DateTimeOffset CreationDate);

internal sealed record ListStateMachineAliasesResponse(IReadOnlyList<StateMachineAliasListItem> StateMachineAliases, string? NextToken);

/// <summary>Operations on versions and aliases.</summary>
internal sealed class VersionOperations(ServiceState service)
{
    public async ValueTask<PublishStateMachineVersionResponse> PublishAsync(PublishStateMachineVersionRequest request)
    {
        service.Arns.StateMachine(request.StateMachineArn);
        var version = await service.Catalog.PublishAsync(request.StateMachineArn, request.RevisionId, request.Description).ConfigureAwait(false);
        return new(version.CreationDate, $"{request.StateMachineArn}:{version.Number}");
    }

    public async ValueTask<EmptyResponse> DeleteVersionAsync(DeleteStateMachineVersionRequest request)
    {
        var arn = request.StateMachineVersionArn;
        service.Arns.StateMachine(arn);
        if (!IsVersion(arn))
            throw ApiException.Validation($"The ARN of a state machine version is required. Received: {arn}");
        await service.Catalog.DeleteVersionAsync(arn).ConfigureAwait(false);
        return EmptyResponse.Instance;
    }

    public ListStateMachineVersionsResponse ListVersions(ListOfStateMachineRequest request)
    {
        var arn = request.StateMachineArn;
        service.Arns.StateMachine(arn);
        var machine = service.Catalog.Find(arn) ?? throw ApiException.NoMachine(arn);
        var (page, next) = service.Page(request.MaxResults, request.NextToken, "ListStateMachineVersions", arn)
            .Of([.. machine.Versions.Reverse()], version => -version.Number);
        return new([.. page.Select(version => new StateMachineVersionListItem(machine.VersionArn(version.Number), version.CreationDate))], next);
    }

    public async ValueTask<CreateStateMachineAliasResponse> CreateAliasAsync(CreateStateMachineAliasRequest request)
    {
        var (machineArn, routes) = Routes(request.RoutingConfiguration);
        var alias = await service.Catalog.CreateAliasAsync(machineArn, request.Name, request.Description, routes).ConfigureAwait(false);
        return new($"{machineArn}:{alias.Name}", alias.CreationDate);
    }

    public DescribeStateMachineAliasResponse DescribeAlias(StateMachineAliasArnRequest request)
    {
        var arn = request.StateMachineAliasArn;
        CheckAlias(arn);
        var (machine, qualifier) = service.Catalog.FindQualified(arn);
        if (machine?.FindAlias(qualifier ?? "") is not { } alias)
            throw ApiException.NoResource(arn);
        return new(
            arn,
            alias.Name,
            alias.Description,
            [.. alias.Routes.Select(route => new RoutingMember(machine.VersionArn(route.Version), route.Weight))],
            alias.CreationDate,
            alias.UpdateDate);
    }

    public async ValueTask<UpdateStateMachineAliasResponse> UpdateAliasAsync(UpdateStateMachineAliasRequest request)
    {
        var arn = request.StateMachineAliasArn;
        CheckAlias(arn);
        if (request is { Description: null, RoutingConfiguration: null })
            throw ApiException.Validation("Either the description or the routing configuration must be specified", "MISSING_REQUIRED_PARAMETER");
        IReadOnlyList<AliasRoute>? routes = null;
        if (request.RoutingConfiguration is not null)
        {
            (var machineArn, routes) = Routes(request.RoutingConfiguration);
            if (!arn.StartsWith(machineArn + ":", StringComparison.Ordinal))
                throw InvalidRouting("Routing configuration must contain versions of the alias's own state machine", request.RoutingConfiguration);
        }

        return new((await service.Catalog.UpdateAliasAsync(arn, request.Description, routes).ConfigureAwait(false)).UpdateDate);
    }

    public async ValueTask<EmptyResponse> DeleteAliasAsync(StateMachineAliasArnRequest request)
    {
        CheckAlias(request.StateMachineAliasArn);
        await service.Catalog.DeleteAliasAsync(request.StateMachineAliasArn).ConfigureAwait(false);
        return EmptyResponse.Instance;
    }

    public ListStateMachineAliasesResponse ListAliases(ListOfStateMachineRequest request)
    {
        var arn = request.StateMachineArn;
        service.Arns.StateMachine(arn);
        var (machine, qualifier) = service.Catalog.FindQualified(arn);
        if (machine is null)
            throw ApiException.NoMachine(arn);
        if (machine.IsDeleting)
            throw ApiException.Deleting(machine.Arn);

        // With a version's ARN, the aliases that lead to it.
        var number = qualifier is null ? 0 : ResourceCatalog.Number(qualifier);
        if (qualifier is not null && machine.FindVersion(number) is null)
            throw ApiException.NoResource(arn);
        var aliases = machine.Aliases.Where(alias => qualifier is null || alias.Routes.Any(route => route.Version == number)).ToList();
        var places = aliases.Select((alias, index) => (alias, index)).ToList();
        var (page, next) = service.Page(request.MaxResults, request.NextToken, "ListStateMachineAliases", arn).Of(places, item => item.index);
        return new([.. page.Select(item => new StateMachineAliasListItem(machine.AliasArn(item.alias.Name), item.alias.CreationDate))], next);
    }

    /// <summary>The machine and the versions that a routing configuration names, after the rules that need no look at the machine.</summary>
    private (string MachineArn, IReadOnlyList<AliasRoute> Routes) Routes(IReadOnlyList<RoutingMember> members)
    {
        foreach (var member in members)
            service.Arns.StateMachine(member.StateMachineVersionArn);
        if (!members.All(member => IsVersion(member.StateMachineVersionArn)))
            throw InvalidRouting("Routing configuration must contain state machine version ARNs", members);
        if (members.DistinctBy(member => member.StateMachineVersionArn).Count() < members.Count)
            throw InvalidRouting("Routing configuration must contain distinct state machine version ARNs", members);
        if (members.Sum(member => member.Weight) != 100)
        {
            throw ApiException.Validation(
                $"Sum of routing configuration weights must equal 100. Received: [{string.Join(", ", members.Select(member => member.Weight))}]",
                "INVALID_ROUTING_CONFIGURATION");
        }

        var machines = members.Select(member => member.StateMachineVersionArn[..member.StateMachineVersionArn.LastIndexOf(':')]).Distinct().ToList();
        return machines is [var machine]
            ? (machine, [.. members.Select(member => new AliasRoute(ResourceCatalog.Number(member.StateMachineVersionArn[(machine.Length + 1)..]), member.Weight!.Value))])
            : throw InvalidRouting("Routing configuration must contain versions of one state machine", members);
    }

    private void CheckAlias(string arn)
    {
        service.Arns.StateMachine(arn);
        if (arn.Count(c => c == ':') != 7 || IsVersion(arn))
            throw ApiException.Validation($"The ARN of a state machine alias is required. Received: {arn}");
    }

    private static bool IsVersion(string arn) => arn.Count(c => c == ':') == 7 && ResourceCatalog.Number(arn[(arn.LastIndexOf(':') + 1)..]) > 0;

    private static ApiException InvalidRouting(string problem, IReadOnlyList<RoutingMember> members) => ApiException.Validation(
        $"{problem}. Received: [{string.Join(", ", members.Select(member => member.StateMachineVersionArn))}]", "INVALID_ROUTING_CONFIGURATION");
}
