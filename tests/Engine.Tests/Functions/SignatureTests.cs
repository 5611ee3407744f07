using Stateside.Engine.Functions;

namespace Stateside.Engine.Tests.Functions;

public sealed class SignatureTests : IAsyncDisposable
{
    private const string Order = """{"Id":"A7","Lines":3}""";
    private readonly HandlerFixtures _handlers = new();

    public ValueTask DisposeAsync() => _handlers.DisposeAsync();

    [Theory]
    [InlineData("Signatures::Value", Order, """{"Text":"A7 has 3"}""")]
    [InlineData("Signatures::ValueAndContext", Order, """{"Text":"A7 for Signatures-ValueAndContext"}""")]
    [InlineData("Signatures::ValueAsync", Order, """{"Text":"A7 later"}""")]
    [InlineData("Signatures::CompletedAsync", Order, """{"Text":"A7 at once"}""")]
    [InlineData("Signatures::Nothing", Order, "null")]
    [InlineData("Signatures::NothingAsync", Order, "null")]
    [InlineData("Signatures::Calls", "{}", "1")]
    [InlineData("Signatures::Text", "\"so\"", "\"so!\"")]
    [InlineData("Signatures::Streams", "{ \"a\" : 1 }", "[{ \"a\" : 1 }]")]
    [InlineData("Signatures::StreamsAsync", "{ \"a\" : 1 }", "{ \"a\" : 1 }")]
    [InlineData("Signatures::Hidden", """{"Text":"it"}""", """{"Text":"it kept"}""")]
    [InlineData("Signatures::FromBase", Order, "\"Signatures A7\"")]
    [InlineData("Signatures::System.String Overloaded(System.String)", "\"one of two\"", "\"one of two\"")]
    [InlineData("Counter::Next", Order, "\"A7 in a struct\"")]
    public async Task A_handler_of_every_signature_that_Lambda_takes_runs(string handler, string payload, string expected)
    {
        var result = await _handlers.InvokeAsync(handler, payload);

        Assert.Equal(expected, result.PayloadText);
        Assert.Null(result.FunctionError);
        Assert.Equal("$LATEST", result.ExecutedVersion);
    }

    [Fact]
    public async Task The_context_tells_what_Lambda_tells()
    {
        var function = HandlerFixtures.Shape("Signatures::OnlyContext") with { MemorySize = 512, Name = "Tell" };
        var request = new InvocationOptions("6f5902ac-237d-4cb2-9a2f-000000000001")
        {
            TraceId = "Root=1-5759e988-bd862e3fe1be46a994272793",
            ClientContext = """{"client":{"app_title":"Shop"},"custom":{"tenant":"north"}}""",
        };

        var result = await _handlers.InvokeAsync(function, "{}", request);

        var values = System.Text.Json.JsonSerializer.Deserialize<string[]>(result.Payload.Span)!;
        Assert.Equal(
            ["6f5902ac-237d-4cb2-9a2f-000000000001", "Tell", "$LATEST", function.Arn, "/aws/lambda/Tell", values[5], "512", "True",
             "Root=1-5759e988-bd862e3fe1be46a994272793", "Shop", "north", "no identity", "DefaultLambdaJsonSerializer"],
            values);
        Assert.Matches(@"^\d{4}/\d\d/\d\d/\[\$LATEST\]6f5902ac237d4cb29a2f000000000001$", values[5]);
    }

    [Fact]
    public async Task The_client_context_is_there_and_empty_where_nobody_gave_one()
    {
        var result = await _handlers.InvokeAsync("Signatures::OnlyContext");

        Assert.Contains("\"no client\",\"no tenant\"", result.PayloadText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Signatures::Missing", "Unable to find method 'Missing' in type 'Shapes.Signatures' from assembly 'Shapes': Found no methods matching method name 'Missing'. The type has ")]
    [InlineData("Behaviour::Throw", "Unable to load type 'Shapes.Behaviour' from assembly 'Shapes'. Correct the Handler property")]
    [InlineData("Signatures::Overloaded", "The method 'Overloaded' in type 'Shapes.Signatures' appears to have a number of overloads. To call this method please specify a complete method signature. Possible candidates are:\nSystem.String Overloaded(Shapes.Order)\nSystem.String Overloaded(System.String).")]
    [InlineData("Signatures::Generic", "The method 'T Generic[T](T)' cannot be used as a Lambda Handler because it is a generic method. Handler methods cannot be generic. Please specify a non-generic handler method.")]
    [InlineData("Signatures::AsyncVoid", "The method 'Void AsyncVoid()' cannot be used as a Lambda Handler because it is an 'async void' method. Handler methods cannot be 'async void'. Please specify a method that is not 'async void'.")]
    [InlineData("Signatures::Params", "The method 'System.String Params(System.String[])' cannot be used as a Lambda Handler because it is a 'params' method. Please specify a method that does not use 'params'.")]
    [InlineData("Signatures::Three", "Method 'Three' of type 'Shapes.Signatures' is not supported: the method has more than 2 parameters.")]
    [InlineData("Signatures::NotContext", "Method 'NotContext' of type 'Shapes.Signatures' is not supported: the method has 2 parameters, but the second parameter is not of type 'Amazon.Lambda.Core.ILambdaContext'.")]
    [InlineData("Signatures::ValueTask", "returns a ValueTask, which Lambda's .NET runtime does not wait for")]
    [InlineData("GenericType`1::Same", "The type 'Shapes.GenericType`1' cannot be used as a Lambda Handler type because it is generic.")]
    [InlineData("AbstractType::Id", "The instance method 'System.String Id(Shapes.Order)' cannot be used as a Lambda Handler because its type 'Shapes.AbstractType' is abstract. Please either use a static handler or specify a type that is not abstract.")]
    public async Task A_method_that_Lambda_refuses_is_refused_in_the_same_words(string handler, string message)
    {
        var result = await _handlers.InvokeAsync(handler);

        Assert.Equal("Unhandled", result.FunctionError);
        Assert.Equal("LambdaValidationException", result.ErrorType);
        var error = System.Text.Json.JsonDocument.Parse(result.Payload).RootElement;
        Assert.Equal("LambdaValidationException", error.GetProperty("errorType").GetString());
        Assert.Contains(message, error.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Empty lambda function handler. The valid format is 'ASSEMBLY::TYPE::METHOD'.")]
    [InlineData("index.handler", "Invalid lambda function handler: 'index.handler'. The valid format is 'ASSEMBLY::TYPE::METHOD'.")]
    [InlineData("::Shapes.Signatures::Value", "the assembly is missing.")]
    [InlineData("Shapes:: ::Value", "the type is missing.")]
    [InlineData("Shapes::Shapes.Signatures::", "the method is missing.")]
    [InlineData("Shape::Shapes.Signatures::Value", "holds neither a project file nor Shape.dll")]
    public async Task A_handler_name_that_cannot_be_read_says_what_is_missing_and_of_which_function(string handler, string message)
    {
        var result = await _handlers.InvokeAsync(HandlerFixtures.Shape("Signatures::Value") with { Handler = handler });

        Assert.Contains(message, result.PayloadText, StringComparison.Ordinal);
        Assert.Contains("Signatures-Value", result.PayloadText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_type_named_without_its_namespace_is_pointed_out()
    {
        var result = await _handlers.InvokeAsync(HandlerFixtures.Shape("Signatures::Value") with { Handler = "Shapes::Signatures::Value" });

        Assert.Contains("There is Shapes.Signatures; correct the Handler property.", result.PayloadText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_of_objects_without_a_serializer_is_refused()
    {
        var result = await _handlers.InvokeAsync(HandlerFixtures.Shape("Any") with
        {
            Handler = "Shipping::Shipping.Parcels::Weigh",
            CodePath = HandlerFixtures.Output("Shipping"),
        });

        Assert.Equal("LambdaValidationException", result.ErrorType);
        Assert.Contains(
            "Could not find the LambdaSerializerAttribute on the assembly 'Shipping' or method 'Weigh' while attempting to deserialize "
            + "input data of type 'Shipping.Parcel'.", result.PayloadText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_of_streams_needs_no_serializer()
    {
        var result = await _handlers.InvokeAsync(
            HandlerFixtures.Shape("Any") with { Handler = "Shipping::Shipping.Manifests::SealAsync", CodePath = HandlerFixtures.Output("Shipping") },
            "[1, 2]");

        Assert.Equal("""{"checksum":"3A316D6D3226","manifest":[1, 2]}""", result.PayloadText);
    }

    [Fact]
    public async Task A_result_beyond_what_Lambda_takes_is_refused()
    {
        var result = await _handlers.InvokeAsync("Signatures::Big", "7000000");

        Assert.Equal("Function.ResponseSizeTooLarge", result.ErrorType);
        Assert.Contains("Response payload size (7000004 bytes) exceeded maximum allowed payload size (6291556 bytes).", result.PayloadText, StringComparison.Ordinal);
    }
}
