using Stateside.Engine.Store;
using Stateside.Language;
using Stateside.Language.Validation;

namespace Stateside.Service.Api;

internal sealed record CreateStateMachineRequest(string Name, string Definition, string RoleArn, string? Type);

internal sealed record CreateStateMachineResponse(string StateMachineArn, DateTimeOffset CreationDate);

internal sealed record StateMachineArnRequest(string StateMachineArn);

internal sealed record DescribeStateMachineResponse(
    string StateMachineArn, string Name, string Status, string Definition, string RoleArn, string Type, DateTimeOffset CreationDate, string RevisionId);

internal sealed record ListStateMachinesRequest(int? MaxResults, string? NextToken);

internal sealed record StateMachineListItem(string StateMachineArn, string Name, string Type, DateTimeOffset CreationDate);

internal sealed record ListStateMachinesResponse(IReadOnlyList<StateMachineListItem> StateMachines, string? NextToken);

/// <summary>Operations on state machines.</summary>
internal sealed class StateMachineOperations(ServiceState service)
{
    private const int MaxDefinitionCharacters = 1_048_576;

    public CreateStateMachineResponse Create(CreateStateMachineRequest request)
    {
        Checks.Name(request.Name);
        var type = TypeOf(request.Type);
        var definition = Parse(request.Definition, type);
        var now = service.Engine.Now;
        var machine = new StateMachine
        {
            Arn = service.Arn("stateMachine", request.Name),
            Name = request.Name,
            Type = type,
            RoleArn = request.RoleArn,
            DefinitionText = request.Definition,
            Definition = definition,
            RevisionId = service.NewId(),
            CreationDate = now,
            UpdateDate = now,
        };
        var present = service.StateMachines.GetOrAdd(machine);
        if (!ReferenceEquals(present, machine) && (present.DefinitionText != machine.DefinitionText || present.Type != machine.Type))
            throw new ApiException("StateMachineAlreadyExists", $"State Machine Already Exists: '{machine.Arn}'");
        return new(present.Arn, present.CreationDate);
    }

    public DescribeStateMachineResponse Describe(StateMachineArnRequest request)
    {
        var machine = service.FindStateMachine(request.StateMachineArn);
        return new(
            machine.Arn, machine.Name, "ACTIVE", machine.DefinitionText, machine.RoleArn, TypeName(machine.Type), machine.CreationDate, machine.RevisionId);
    }

    public EmptyResponse Delete(StateMachineArnRequest request)
    {
        service.StateMachines.Remove(request.StateMachineArn);
        return EmptyResponse.Instance;
    }

    public ListStateMachinesResponse List(ListStateMachinesRequest request)
    {
        var (page, next) = Page.Of(service.StateMachines.List(), request.MaxResults, request.NextToken);
        return new([.. page.Select(m => new StateMachineListItem(m.Arn, m.Name, TypeName(m.Type), m.CreationDate))], next);
    }

    private static Definition Parse(string text, StateMachineType type)
    {
        if (text.Length > MaxDefinitionCharacters)
            throw new ApiException("InvalidDefinition", "Invalid State Machine Definition: 'The definition is longer than 1048576 characters'");
        var parsed = DefinitionParser.Parse(text, type == StateMachineType.Express ? DefinitionOptions.ExpressMachine : DefinitionOptions.Standard);
        return parsed.Definition is { } definition && parsed.IsValid
            ? definition
            : throw new ApiException("InvalidDefinition", DiagnosticText.InvalidDefinition(parsed.Diagnostics));
    }

    private static StateMachineType TypeOf(string? type) => type switch
    {
        null or "STANDARD" => StateMachineType.Standard,
        "EXPRESS" => StateMachineType.Express,
        _ => throw new ApiException(
            "ValidationException",
            $"1 validation error detected: Value '{type}' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, EXPRESS]"),
    };

    private static string TypeName(StateMachineType type) => type == StateMachineType.Express ? "EXPRESS" : "STANDARD";
}
