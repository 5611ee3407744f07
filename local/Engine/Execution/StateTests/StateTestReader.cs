using System.Text;
using Stateside.Engine.Items;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Engine.Execution.StateTests;

/// <summary>Reads what a caller asks for and checks that it fits together, in the service's words where they are known.</summary>
internal static class StateTestReader
{
    /// <summary>The name that AWS gives every state under test, also one of a whole machine.</summary>
    public const string NameUnderTest = "StateName";

    /// <summary>Reads a test.</summary>
    /// <exception cref="StateTestException">It cannot be made.</exception>
    public static StateTest Read(StateTestRequest request)
    {
        var (state, map) = FindState(request);
        CheckConfiguration(request, state);
        var mock = request.Mock is null ? null : ReadMock(request.Mock, request.RevealSecrets, state);
        if (mock is null)
            CheckPerformable(request, state);
        var input = ReadInput(request.Input ?? "{}");
        return new StateTest
        {
            State = state with { Name = NameUnderTest },
            Input = input,
            RoleArn = request.RoleArn,
            Variables = ReadVariables(request.Variables),
            ContextObject = request.Context is null ? null : MockedContext.Read(request.Context, state),
            MapItem = map is null ? null : new ContextItem(0, input, null, map.IsDistributed ? MapItem.StateData : null),
            RevealsSecrets = request.RevealSecrets,
            Mock = mock,
            RetryCount = request.RetrierRetryCount ?? 0,
            FailedIterations = request.MapIterationFailureCount ?? 0,
            ReaderItems = ReadItems(request.MapItemReaderData, state),
        };
    }

    /// <summary>The state under test, and the innermost Map that runs it for each of its items.</summary>
    private static (State State, MapState? Map) FindState(StateTestRequest request)
    {
        var parsed = request.StateName is null
            ? DefinitionParser.ParseState(request.Definition, NameUnderTest)
            : DefinitionParser.Parse(request.Definition);
        if (parsed.Definition is not { } definition)
            throw new StateTestException("InvalidDefinition", parsed.InvalidDefinitionMessage);
        var name = request.StateName ?? NameUnderTest;
        bool Has(Definition inner) => inner.AllStates().Any(state => state.Name == name);
        var state = definition.AllStates().FirstOrDefault(state => state.Name == name) ?? throw Invalid("State not found in definition");
        return (state, definition.AllStates().OfType<MapState>().LastOrDefault(map => map.Inner.Any(Has)));
    }

    /// <summary>What only a mock makes sense of is refused without one.</summary>
    private static void CheckConfiguration(StateTestRequest request, State state)
    {
        if (request.Mock is null)
        {
            (bool IsGiven, string Name)[] configured =
            [
                (request.RetrierRetryCount is not null, "RetrierRetryCount"),
                (request.ErrorCausedByState is not null, "ErrorCausedByState"),
                (request.MapIterationFailureCount is not null, "MapIterationFailureCount"),
                (request.MapItemReaderData is not null, "MapItemReaderData"),
                (request.Context is not null, "Context"),
            ];
            foreach (var (isGiven, name) in configured)
            {
                if (isGiven)
                    throw Invalid($"TestState does not support {name} when a mock is not specified.");
            }
        }

        if (request.ErrorCausedByState is { } cause && !state.Inner.Any(inner => inner.AllStates().Any(candidate => candidate.Name == cause)))
            throw Invalid($"ErrorCausedByState '{cause}' is not a state inside the state under test.");
        if (request.MapIterationFailureCount is not null && state is not MapState)
            throw Invalid("MapIterationFailureCount is only supported for Map states.");
        if (request.MapItemReaderData is not null && state is not MapState { ItemReader: not null })
            throw Invalid("MapItemReaderData is only supported for Map states with an ItemReader.");
    }

    private static StateMock ReadMock(StateMockRequest mock, bool revealSecrets, State state)
    {
        if (mock.Result is null != mock.HasError)
            throw Invalid("A test mock should have only one of the following fields: [result, errorOutput].");
        if (mock.HasError && mock.Error is null)
            throw Invalid("The field 'error' is required when 'errorOutput' is mocked.");
        if (revealSecrets)
            throw Invalid("TestState does not support RevealSecrets when a mock is specified.");
        if (state is not WorkState work)
            throw Invalid($"State type '{state.Type}' is not supported when a mock is specified");
        return mock.Result is null
            ? new StateMock(null, mock.Error, mock.Cause)
            : new StateMock(MockedResult.Read(mock.Result, work, mock.Validation));
    }

    /// <summary>Some states are only tested with a mock.</summary>
    private static void CheckPerformable(StateTestRequest request, State state)
    {
        if (state is MapState or ParallelState)
        {
            throw new StateTestException(
                "InvalidDefinition",
                "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]");
        }

        if (state is not TaskState { Resource: var resource })
            return;
        if (request.RoleArn is null)
            throw Invalid("RoleArn must be specified when testing a Task state");
        if (resource.Kind == ResourceKind.Activity)
            throw new StateTestException("InvalidDefinition", "TestState API does not support Activity tasks when a mock is not specified.");
        if (resource.Pattern != IntegrationPattern.RequestResponse)
        {
            throw new StateTestException(
                "InvalidDefinition", "TestState API does not support '.sync' or '.waitForTaskToken' service integrations when a mock is not specified.");
        }
    }

    private static JsonValue ReadInput(string text)
    {
        try
        {
            return JsonReader.Parse(text, keepText: true);
        }
        catch (JsonSyntaxException e)
        {
            throw new StateTestException(
                "InvalidExecutionInput", $"Invalid State Machine Execution Input: '{JsonSyntaxCheck.ProblemOfInput(text, e)}'");
        }
    }

    /// <summary>What a reader would have read; items of a kind that no text holds take no part in the test.</summary>
    private static JsonArray? ReadItems(string? data, State state)
    {
        if (data is null || state is not MapState { ItemReader.Configuration: var configuration })
            return null;
        var settings = new ReaderSettings(configuration);
        if (settings.ManifestType is not null || settings.InputType == "PARQUET")
            return null;
        try
        {
            // What is in memory is read without waiting.
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(data));
            return JsonArray.Of(ItemReading.ReadAsync(content, settings, CancellationToken.None).ToBlockingEnumerable());
        }
        catch (MapItemsException e)
        {
            throw Invalid($"Invalid MapItemReaderData: {e.Message}");
        }
    }

    private static JsonObject ReadVariables(string? text)
    {
        if (text is null)
            return JsonObject.Empty;
        return JsonReader.TryParse(text, out var json) && json is JsonObject variables
            ? variables
            : throw Invalid("Variables must be a JSON object.");
    }

    internal static StateTestException Invalid(string message) => new("ValidationException", message);
}
