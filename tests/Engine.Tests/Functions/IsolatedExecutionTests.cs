using System.Text.Json;
using Stateside.Engine.Execution;
using Stateside.Engine.Functions;
using Stateside.Engine.Template;
using Stateside.Engine.Tests.Template;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Functions;

/// <summary>Executions whose handlers do their worst, beside others.</summary>
public sealed class IsolatedExecutionTests : IDisposable
{
    private readonly TemplateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_handlers_do_to_themselves_fails_their_executions_with_Lambdas_errors_and_no_others()
    {
        await using var service = Service(options => options with { Isolate = true, HandlerProcess = ThisProgramAsHandlerProcess.Command });

        var results = await RunAsync(
            service,
            ("Exit", "3"), ("Well", "\"one\""), ("Overflow", "1"), ("Hang", "null"), ("Allocate", "100000"), ("Stray", "\"thread\""),
            ("Well", "\"two\""), ("Exit", "0"));

        Assert.Equal(
            [
                "Runtime.ExitError", "\"one!\"", "Runtime.ExitError", "Sandbox.Timedout", "Runtime.OutOfMemory", "Runtime.ExitError", "\"two!\"", "0",
            ],
            results);
        Assert.Equal(["0", "\"well\"", "1"], await RunAsync(service, ("Exit", "0"), ("Stray", "\"well\""), ("Allocate", "1")));
    }

    [Fact]
    public async Task What_is_throttled_fails_as_from_Lambda()
    {
        await using var service = Service(options => options with { MaximumInvocations = 0 });

        Assert.Equal(["Lambda.TooManyRequestsException"], await RunAsync(service, ("Well", "\"x\"")));
    }

    private LocalService Service(Func<FunctionHostOptions, FunctionHostOptions> change) => new(new LocalServiceOptions
    {
        Time = TimeProvider.System,
        Functions = change(new FunctionHostOptions { StateDirectory = Path.Combine(_folder.Root, ".stateside"), OutputDirectory = null, Build = false }),
    });

    // The output of each execution, or its error.
    private async Task<string[]> RunAsync(LocalService service, params (string Function, string Payload)[] inputs)
    {
        var template = Template();
        Assert.Empty(await service.LoadAsync(template));
        var machine = service.Catalog.FindCurrent(template.StateMachines[0].Arn)!;
        var started = new List<string>();
        foreach (var (function, payload) in inputs)
        {
            // A payload that is a text is sent as it is.
            var input = JsonObject.Of(("function", new JsonString(function)), ("payload", new JsonString(payload)));
            started.Add((await service.Engine.StartAsync(new StartRequest(machine, input))).Execution.Arn);
        }

        var ended = await Task.WhenAll(started.Select(arn => service.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken)));
        return [.. ended.Select(execution => execution.Output?.Text ?? execution.Error!)];
    }

    private TemplateModel Template()
    {
        (string Name, string Handler, int Timeout)[] functions =
        [
            ("Exit", "Behavior::ExitOrNot", 60), ("Well", "Signatures::Text", 60), ("Overflow", "Behavior::Overflow", 60),
            ("Hang", "Behavior::HangAsync", 1), ("Allocate", "Behavior::Allocate", 60), ("Stray", "Behavior::ThrowOnThreadOrNot", 60),
        ];
        var declared = string.Concat(functions.Select(function =>
            $$"""
              {{function.Name}}:
                Type: AWS::Serverless::Function
                Properties:
                  FunctionName: {{function.Name}}
                  Runtime: dotnet10
                  Handler: Shapes::Shapes.{{function.Handler}}
                  CodeUri: {{JsonSerializer.Serialize(HandlerFixtures.Output("Shapes"))}}
                  Timeout: {{function.Timeout}}
                  MemorySize: 256

            """));
        return _folder.Read(
            $$"""
            Transform: AWS::Serverless-2016-10-31
            Resources:
            {{declared}}
              Machine:
                Type: AWS::Serverless::StateMachine
                Properties:
                  Role: arn:aws:iam::123456789012:role/any
                  Definition:
                    StartAt: Call
                    States:
                      Call:
                        Type: Task
                        Resource: arn:aws:states:::lambda:invoke
                        Parameters:
                          FunctionName.$: $.function
                          Payload.$: $.payload
                        OutputPath: $.Payload
                        End: true
            """);
    }
}
