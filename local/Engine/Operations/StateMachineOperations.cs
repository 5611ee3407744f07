using Stateside.Engine.Operations.Requests;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Validation;

namespace Stateside.Engine.Operations;

internal sealed record CreateStateMachineRequest(
    string Name,
    string Definition,
    string RoleArn,
    string? Type,
    LoggingMember? LoggingConfiguration,
    IReadOnlyList<TagMember>? Tags,
    TracingMember? TracingConfiguration,
    bool? Publish,
    string? VersionDescription,
    EncryptionConfiguration? EncryptionConfiguration);

internal sealed record CreateStateMachineResponse(string StateMachineArn, DateTimeOffset CreationDate, string? StateMachineVersionArn);

internal sealed record StateMachineArnRequest(string StateMachineArn);

internal sealed record DescribeStateMachineRequest(string StateMachineArn, string? IncludedData);

internal sealed record DescribeStateMachineResponse(
    string StateMachineArn,
    string Name,
    string Status,
    string Definition,
    string RoleArn,
    string Type,
    DateTimeOffset CreationDate,
    LoggingMember LoggingConfiguration,
    TracingMember TracingConfiguration,
    string? Label,
    string? RevisionId,
    string? Description,
    EncryptionConfiguration? EncryptionConfiguration,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? VariableReferences);

internal sealed record DescribeStateMachineForExecutionRequest(string ExecutionArn, string? IncludedData);

internal sealed record DescribeStateMachineForExecutionResponse(
    string StateMachineArn,
    string Name,
    string Definition,
    string RoleArn,
    DateTimeOffset UpdateDate,
    LoggingMember LoggingConfiguration,
    TracingMember TracingConfiguration,
    string? MapRunArn,
    string? Label,
    string? RevisionId,
    EncryptionConfiguration? EncryptionConfiguration,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? VariableReferences);

internal sealed record UpdateStateMachineRequest(
    string StateMachineArn,
    string? Definition,
    string? RoleArn,
    LoggingMember? LoggingConfiguration,
    TracingMember? TracingConfiguration,
    bool? Publish,
    string? VersionDescription,
    EncryptionConfiguration? EncryptionConfiguration);

internal sealed record UpdateStateMachineResponse(DateTimeOffset UpdateDate, string? RevisionId, string? StateMachineVersionArn);

internal sealed record ListRequest(int? MaxResults, string? NextToken);

internal sealed record StateMachineListItem(string StateMachineArn, string Name, string Type, DateTimeOffset CreationDate);

internal sealed record ListStateMachinesResponse(IReadOnlyList<StateMachineListItem> StateMachines, string? NextToken);

/// <summary>Operations on state machines.</summary>
internal sealed class StateMachineOperations(ServiceState service)
{
    public async ValueTask<CreateStateMachineResponse> CreateAsync(CreateStateMachineRequest request, CancellationToken cancellationToken)
    {
        ServiceState.CheckName(request.Name);
        var publish = request.Publish ?? false;
        CheckVersionDescription(request.VersionDescription, publish);
        ResourceSettings.CheckRole(request.RoleArn);
        var type = StateMachineTypes.Of(request.Type);
        var revision = new StateMachine
        {
            Arn = service.Catalog.StateMachineArn(request.Name),
            Name = request.Name,
            Type = type,
            RoleArn = request.RoleArn,
            Logging = ResourceSettings.Logging(request.LoggingConfiguration) ?? LoggingConfiguration.Off,
            TracingEnabled = request.TracingConfiguration?.Enabled ?? false,
            Encryption = ResourceSettings.Encryption(request.EncryptionConfiguration),
            DefinitionText = request.Definition,
            Definition = Parse(request.Definition, type),
            RevisionId = "",
        };
        var tags = ResourceSettings.Tags(request.Tags);
        await service.CheckLogGroupsAsync(revision.Logging, cancellationToken).ConfigureAwait(false);
        var (machine, version) = await service.Catalog.CreateAsync(revision, publish, request.VersionDescription, tags).ConfigureAwait(false);
        return new(machine.Arn, machine.CreationDate, version is null ? null : machine.VersionArn(version.Number));
    }

    public DescribeStateMachineResponse Describe(DescribeStateMachineRequest request)
    {
        var arn = request.StateMachineArn;
        service.Arns.StateMachine(arn, allowLabel: true);
        var slash = arn.IndexOf('/', StringComparison.Ordinal);
        var (machine, qualifier) = service.Catalog.FindQualified(slash < 0 ? arn : arn[..slash]);
        if (machine is null)
            throw ApiException.NoMachine(arn);

        // What an alias leads to first stands for the alias.
        var version = qualifier is null ? null
            : machine.FindVersion(machine.FindAlias(qualifier) is { } alias ? alias.Routes[0].Version : ResourceCatalog.Number(qualifier))
                ?? throw ApiException.NoMachine(arn);
        var revision = service.Catalog.FindRevision(machine.Arn, version?.RevisionId ?? machine.RevisionId)!;
        var label = slash < 0 ? null : arn[(slash + 1)..];
        if (label is not null && !revision.Definition.AllStates().Any(state => state is MapState { IsDistributed: true } map && map.Label == label))
            throw ApiException.NoMachine(arn);
        var isWhole = request.IncludedData != "METADATA_ONLY";
        return new(
            arn,
            machine.Name,
            machine.IsDeleting ? "DELETING" : "ACTIVE",
            isWhole ? revision.DefinitionText : "",
            revision.RoleArn,
            TypeName(machine.Type),
            version?.CreationDate ?? machine.CreationDate,
            LoggingMember.Of(revision.Logging),
            new(revision.TracingEnabled),
            label,
            revision.ShownRevisionId,
            version?.Description,
            revision.Encryption,
            isWhole ? References(revision) : null);
    }

    public DescribeStateMachineForExecutionResponse DescribeForExecution(DescribeStateMachineForExecutionRequest request)
    {
        var execution = service.Execution(request.ExecutionArn);
        var revision = execution.StateMachine;
        var isWhole = request.IncludedData != "METADATA_ONLY";
        return new(
            execution.StateMachineArn,
            revision.Name,
            isWhole ? revision.DefinitionText : "",
            revision.RoleArn,
            revision.UpdateDate,
            LoggingMember.Of(revision.Logging),
            new(revision.TracingEnabled),
            execution.MapRunArn,
            execution.MapLabel,
            revision.ShownRevisionId,
            revision.Encryption,
            isWhole ? References(revision) : null);
    }

    public async ValueTask<UpdateStateMachineResponse> UpdateAsync(UpdateStateMachineRequest request, CancellationToken cancellationToken)
    {
        service.Arns.StateMachine(request.StateMachineArn);
        if (request is { Definition: null, RoleArn: null, LoggingConfiguration: null, TracingConfiguration: null, EncryptionConfiguration: null })
        {
            throw new ApiException(
                "MissingRequiredParameter", "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified");
        }

        var publish = request.Publish ?? false;
        CheckVersionDescription(request.VersionDescription, publish);
        var machine = service.Catalog.Find(request.StateMachineArn) ?? throw ApiException.NoMachine(request.StateMachineArn);
        if (request.RoleArn is not null)
            ResourceSettings.CheckRole(request.RoleArn);
        var logging = ResourceSettings.Logging(request.LoggingConfiguration);
        await service.CheckLogGroupsAsync(logging, cancellationToken).ConfigureAwait(false);
        var (revision, version) = await service.Catalog.UpdateAsync(machine.Arn, new StateMachineUpdate
        {
            Definition = request.Definition is { } text ? (text, Parse(text, machine.Type)) : null,
            RoleArn = request.RoleArn,
            Logging = logging,
            TracingEnabled = request.TracingConfiguration is { } tracing ? tracing.Enabled ?? false : null,
            Encryption = ResourceSettings.Encryption(request.EncryptionConfiguration),
            Publish = publish,
            VersionDescription = request.VersionDescription,
        }).ConfigureAwait(false);
        return new(revision.UpdateDate, revision.ShownRevisionId, version is null ? null : machine.VersionArn(version.Number));
    }

    public async ValueTask<EmptyResponse> DeleteAsync(StateMachineArnRequest request)
    {
        service.Arns.StateMachine(request.StateMachineArn);
        await service.Catalog.DeleteAsync(request.StateMachineArn).ConfigureAwait(false);
        return EmptyResponse.Instance;
    }

    public ListStateMachinesResponse List(ListRequest request)
    {
        var machines = service.Catalog.List().OrderBy(machine => machine.Name, StringComparer.Ordinal).Select((machine, index) => (machine, index)).ToList();
        var (page, next) = service.Page(request.MaxResults, request.NextToken, "ListStateMachines").Of(machines, item => item.index);
        return new(
            [.. page.Select(item => item.machine)
                .Select(machine => new StateMachineListItem(machine.Arn, machine.Name, TypeName(machine.Type), machine.CreationDate))],
            next);
    }

    private static Definition Parse(string text, StateMachineType type)
    {
        var parsed = type.Parse(text);
        return parsed.Definition ?? throw new ApiException("InvalidDefinition", DiagnosticText.InvalidDefinition(parsed.Diagnostics));
    }

    private static void CheckVersionDescription(string? description, bool publish)
    {
        if (description is not null && !publish)
            throw ApiException.Validation("Version description can only be set when publish is true");
    }

    private static IReadOnlyDictionary<string, IReadOnlyList<string>>? References(StateMachine revision) =>
        VariableReferences.Of(revision.Definition) is { Count: > 0 } references ? references : null;

    private static string TypeName(StateMachineType type) => type == StateMachineType.Express ? "EXPRESS" : "STANDARD";
}
