using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;

namespace Stateside.Engine.Tests.Template;

public sealed class FunctionTests : IDisposable
{
    private readonly TemplateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_function_has_what_its_declaration_says()
    {
        var function = Function(
            """
            FunctionName: orders
            Handler: Orders::Orders.Api::Handle
            Runtime: dotnet10
            CodeUri: src/
            Timeout: 20
            MemorySize: '256'
            ReservedConcurrentExecutions: 4
            AutoPublishAlias: live
            Environment: { Variables: { A: 1, B: true, C: text } }
            """);
        Assert.Equal(("F", "orders", "arn:aws:lambda:us-east-1:123456789012:function:orders"), (function.LogicalId, function.Name, function.Arn));
        Assert.Equal(("Orders::Orders.Api::Handle", "dotnet10", 256, 4), (function.Handler, function.Runtime, function.MemorySize, function.ReservedConcurrency));
        Assert.Equal(TimeSpan.FromSeconds(20), function.Timeout);
        Assert.Equal(Path.Combine(_folder.Root, "src"), function.CodePath);
        Assert.Equal(["$LATEST", "live", "1"], function.Qualifiers);
        Assert.Equal("A=1 B=true C=text", string.Join(' ', function.Environment.Select(v => $"{v.Key}={v.Value}")));
        Assert.True(function is { IsDotNet: true, IsImage: false });
    }

    [Fact]
    public void A_function_that_says_little_has_lambdas_defaults_and_the_template_s_folder()
    {
        var function = Function("Handler: a::b::c\n");
        Assert.Equal((TimeSpan.FromSeconds(3), 128, null, null), (function.Timeout, function.MemorySize, function.ReservedConcurrency, function.AutoPublishAlias));
        Assert.Equal((_folder.Root, "F"), (function.CodePath, function.Name));
        Assert.Empty(function.Environment);
    }

    [Theory]
    [InlineData("Handler: Orders\nRuntime: dotnet10\n", true)]
    [InlineData("Handler: index.handler\nRuntime: nodejs22.x\n", false)]
    [InlineData("Handler: bootstrap\nRuntime: provided.al2023\n", false)]
    [InlineData("Handler: A::B::C\nRuntime: dotnet8\n", true)]
    public void Runtime_and_handler_tell_what_code_it_is(string properties, bool isDotNet)
    {
        Assert.Equal(isDotNet, Function(properties).IsDotNet);
    }

    [Fact]
    public void An_image_is_run_from_its_docker_context_by_its_command()
    {
        _folder.Write("image/x.txt", "");
        var model = _folder.Read(
            """
            Resources:
              F:
                Type: AWS::Serverless::Function
                Properties: { PackageType: Image, ImageConfig: { Command: ['A::B::C'] } }
                Metadata: { DockerContext: ./image, Dockerfile: Dockerfile }
            """);
        var function = Assert.Single(model.Functions);
        Assert.True(function is { IsImage: true, IsDotNet: true, Handler: "A::B::C", Runtime: null });
        Assert.Equal(Path.Combine(_folder.Root, "image"), function.CodePath);
    }

    [Theory]
    [InlineData("CodeUri: s3://bucket/key.zip")]
    [InlineData("CodeUri: { Bucket: bucket, Key: key.zip }")]
    public void Code_in_a_bucket_needs_the_local_folder_that_stands_for_it(string property)
    {
        var diagnostic = Assert.Single(Read($"Handler: a::b::c\n{property}\n").Diagnostics);
        Assert.Equal("Name the local file that stands for it with --set s3://bucket/key.zip=PATH.", diagnostic.Remedy);

        _folder.Settings["s3://bucket/key.zip"] = _folder.Root;
        Assert.Equal(_folder.Root, Function($"Handler: a::b::c\n{property}\n").CodePath);
    }

    [Fact]
    public void A_plain_function_names_its_code_as_the_package_command_takes_it()
    {
        _folder.Write("app/x.txt", "");
        var model = _folder.Read("Resources:\n  F: { Type: AWS::Lambda::Function, Properties: { Handler: a::b::c, Runtime: dotnet10, Code: ./app } }\n");
        Assert.Equal(Path.Combine(_folder.Root, "app"), Assert.Single(model.Functions).CodePath);
    }

    [Theory]
    [InlineData("AWS::Lambda::Function", "Code: { S3Bucket: '', S3Key: '' }", ".")]
    [InlineData("AWS::Lambda::Function", "Code: { S3Bucket: '', S3Key: app }", "app")]
    [InlineData("AWS::Serverless::Function", "CodeUri: ''", ".")]
    public void Code_that_aws_s_dotnet_tools_fill_in_is_the_project_s(string type, string property, string path)
    {
        _folder.Write("app/x.txt", "");
        var model = _folder.Read($"Resources: {{ F: {{ Type: {type}, Properties: {{ Handler: a::b::c, {property} }} }} }}");

        Assert.Empty(model.Diagnostics);
        Assert.Equal(Path.GetFullPath(path, _folder.Root), Assert.Single(model.Functions).CodePath);
    }

    [Theory]
    [InlineData("AWS::Serverless::Function", "InlineCode: !Sub '# ${AWS::Region}'")]
    [InlineData("AWS::Lambda::Function", "Code: { ZipFile: !Sub '# ${AWS::Region}' }")]
    public void Code_may_stand_in_the_template(string type, string property)
    {
        var model = _folder.Read($"Resources: {{ F: {{ Type: {type}, Properties: {{ Handler: index.handler, Runtime: python3.13, {property} }} }} }}");

        Assert.Empty(model.Diagnostics);
        Assert.Equal(("# us-east-1", null), (model.Functions[0].InlineCode, model.Functions[0].CodePath));
    }

    [Fact]
    public void Code_that_the_cdk_staged_is_found_beside_the_template()
    {
        _folder.Write("asset.1/x.txt", "");
        var model = _folder.Read(
            """
            Resources:
              F:
                Type: AWS::Lambda::Function
                Properties: { Handler: a::b::c, Code: { S3Bucket: cdk, S3Key: 1.zip } }
                Metadata: { 'aws:asset:path': asset.1, 'aws:asset:property': Code }
            """);
        Assert.Equal(Path.Combine(_folder.Root, "asset.1"), Assert.Single(model.Functions).CodePath);
    }

    [Theory]
    [InlineData("Runtime: dotnet10", "The function 'F' has no Handler.")]
    [InlineData("Handler: a::b::c\nTimeout: long", "Timeout of 'F' must be a whole number, but it is 'long'.")]
    [InlineData("Handler: [a]", "Handler of 'F' must be a string, but it is a list.")]
    [InlineData("Handler: a::b::c\nEnvironment: [a]", "The environment of 'F' must be a map of Variables.")]
    [InlineData("Handler: a::b::c\nEnvironment: { Variables: { A: { B: c } } }", "The variable 'A' of 'F' must be a string, but it is a map.")]
    public void A_mistake_in_a_function_is_an_error_of_that_function(string properties, string message)
    {
        var diagnostics = Read(properties + "\n").Diagnostics;
        Assert.Contains(diagnostics, d => d.Message == message && d is { Severity: TemplateSeverity.Error, Resource: "F" });
    }

    [Fact]
    public void Code_that_is_not_there_is_an_error_that_names_the_folder()
    {
        var diagnostic = Assert.Single(Read("Handler: a::b::c\nCodeUri: absent/\n").Diagnostics);
        Assert.Contains(Path.Combine(_folder.Root, "absent"), diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Globals_are_merged_as_sam_merges_them()
    {
        var model = _folder.Read(
            """
            Globals:
              Function:
                Handler: a::b::c
                Timeout: 9
                Layers: [one]
                Environment: { Variables: { SHARED: g, OWN: g } }
            Resources:
              F: { Type: AWS::Serverless::Function, Properties: { Timeout: 7, Layers: [two], Environment: { Variables: { OWN: f } } } }
              P: { Type: AWS::Lambda::Function, Properties: { Handler: x, Code: . } }
            """);
        var function = model.FindFunction("F")!;
        Assert.Equal(TimeSpan.FromSeconds(7), function.Timeout);
        Assert.Equal("SHARED=g OWN=f", string.Join(' ', function.Environment.Select(v => $"{v.Key}={v.Value}")));
        Assert.Equal("""["one","two"]""", model.Resources[0].Properties["Layers"]!.Text);
        Assert.Equal(TimeSpan.FromSeconds(3), model.FindFunction("P")!.Timeout);
    }

    [Fact]
    public void An_intrinsic_function_in_a_resource_replaces_the_global_value()
    {
        var model = _folder.Read(
            """
            Parameters: { P: { Type: String, Default: mine } }
            Globals: { Function: { Handler: a::b::c, FunctionName: { 'Fn::Sub': 'g' } } }
            Resources:
              F: { Type: AWS::Serverless::Function, Properties: { FunctionName: !Ref P } }
            """);
        Assert.Equal("mine", Assert.Single(model.Functions).Name);
    }

    [Fact]
    public void A_name_that_a_condition_takes_away_is_the_logical_id()
    {
        var model = _folder.Read(
            """
            Conditions: { Named: !Equals [a, b] }
            Resources:
              F: { Type: AWS::Serverless::Function, Properties: { Handler: a::b::c, FunctionName: !If [Named, x, !Ref AWS::NoValue], Timeout: !If [Named, 1, !Ref AWS::NoValue] } }
            """);
        Assert.Empty(model.Diagnostics);
        Assert.Equal("F", Assert.Single(model.Functions).Name);
    }

    [Theory]
    [InlineData("orders")]
    [InlineData("orders:live")]
    [InlineData("F")]
    [InlineData("arn:aws:lambda:us-east-1:123456789012:function:orders")]
    [InlineData("arn:aws:lambda:us-east-1:123456789012:function:orders:$LATEST")]
    [InlineData("123456789012:function:orders")]
    public void A_function_is_found_by_whatever_names_it(string name)
    {
        Assert.NotNull(Read("FunctionName: orders\nHandler: a::b::c\n").FindFunction(name));
    }

    private TemplateFunction Function(string properties)
    {
        _folder.Write("src/x.txt", "");
        var model = Read(properties);
        Assert.Empty(model.Diagnostics);
        return Assert.Single(model.Functions);
    }

    private TemplateModel Read(string properties) =>
        _folder.Read("Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n" + string.Concat(properties.Split('\n').Select(line => $"      {line}\n")));
}
