using Stateside.Aws.Secrets;
using Stateside.Aws.Services;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tests.Functions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Aws.Tests.Values;

/// <summary>Secrets and parameters, and who asks.</summary>
public sealed class ValueTests
{
    private const string Template = """
        Resources:
          Db: {Type: AWS::SecretsManager::Secret, Properties: {Name: app/db, SecretString: first}}
          Made: {Type: AWS::SecretsManager::Secret, Properties: {GenerateSecretString: {SecretStringTemplate: '{"user":"u"}', GenerateStringKey: password, ExcludePunctuation: true}}}
          Url: {Type: AWS::SSM::Parameter, Properties: {Name: /app/url, Type: String, Value: 'http://here', AllowedPattern: 'http.*'}}
          Deep: {Type: AWS::SSM::Parameter, Properties: {Name: /app/deep/list, Type: StringList, Value: 'a,b'}}
        """;

    [Fact]
    public async Task A_secret_has_the_value_that_was_put_last_and_the_one_before()
    {
        await using var fixture = new ServiceFixture(Template);

        Assert.Equal("first", (await BodyAsync(fixture, "secretsmanager", "GetSecretValue", "{'SecretId': 'app/db'}")).Text("SecretString"));
        await BodyAsync(fixture, "secretsmanager", "PutSecretValue", "{'SecretId': 'app/db', 'SecretString': 'second'}");

        Assert.Equal("second", (await BodyAsync(fixture, "secretsmanager", "GetSecretValue", "{'SecretId': 'arn:aws:secretsmanager:us-east-1:123456789012:secret:app/db'}")).Text("SecretString"));
        Assert.Equal("first", (await BodyAsync(fixture, "secretsmanager", "GetSecretValue", "{'SecretId': 'app/db', 'VersionStage': 'AWSPREVIOUS'}")).Text("SecretString"));
        var batch = await BodyAsync(fixture, "secretsmanager", "BatchGetSecretValue", "{'SecretIdList': ['app/db', 'none']}");
        Assert.Single((JsonArray)batch["SecretValues"]!);
        Assert.Equal("""[{"SecretId":"none","ErrorCode":"ResourceNotFoundException","Message":"Secrets Manager can't find the specified secret."}]""", batch["Errors"]!.Text);
    }

    [Fact]
    public async Task A_secret_that_is_generated_has_a_password_within_what_the_template_says()
    {
        await using var fixture = new ServiceFixture(Template);

        var value = (JsonObject)JsonReader.Parse((await BodyAsync(fixture, "secretsmanager", "GetSecretValue", "{'SecretId': 'Made'}")).Text("SecretString")!);

        Assert.Equal("u", value.Text("user"));
        Assert.Matches("^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9]{32}$", value.Text("password"));
    }

    [Fact]
    public void What_was_put_stays_until_the_template_says_something_else()
    {
        using var file = new StoreFile(null);
        var store = new SecretStore(file, new ManualTime(), 1);
        string? Value() => store.Execute("GetSecretValue", LooseJson.Read("{'SecretId': 's'}"), "r").Text("SecretString");
        store.Declare([Secret("one")]);
        Assert.Equal("one", Value());

        store.Execute("PutSecretValue", LooseJson.Read("{'SecretId': 's', 'SecretString': 'two'}"), "r");
        store.Declare([Secret("one")]);
        Assert.Equal("two", Value());

        store.Declare([Secret("three")]);
        Assert.Equal("three", Value());
    }

    [Fact]
    public void A_password_has_one_of_each_kind_whatever_the_seed()
    {
        for (ulong seed = 0; seed < 200; seed++)
            Assert.Matches("^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?=.*[^a-zA-Z0-9]).{4}$", SecretSettings.Password(LooseJson.Read("{'PasswordLength': 4}"), new Chance(seed)));
    }

    [Theory]
    [InlineData("GetSecretValue", "{'SecretId': 'none'}", "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")]
    [InlineData("GetSecretValue", "{'SecretId': 'app/db', 'VersionStage': 'AWSPENDING'}", "ResourceNotFoundException", "Secrets Manager can't find the specified secret value for staging label: AWSPENDING")]
    [InlineData("PutSecretValue", "{'SecretId': 'app/db'}", "InvalidParameterException", "You must provide either SecretString or SecretBinary.")]
    public async Task Secrets_are_refused_in_the_words_of_the_service(string action, string request, string code, string message) =>
        await AssertRefusedAsync("secretsmanager", action, request, code, message);

    [Fact]
    public async Task A_parameter_counts_its_versions()
    {
        await using var fixture = new ServiceFixture(Template);

        var put = await BodyAsync(fixture, "ssm", "PutParameter", "{'Name': '/app/url', 'Value': 'http://there', 'Overwrite': true}");

        Assert.Equal("2", put["Version"]!.Text);
        Assert.Equal("http://there", await ParameterAsync(fixture, "/app/url"));
        Assert.Equal("http://here", await ParameterAsync(fixture, "/app/url:1"));
        Assert.Equal("http://there", await ParameterAsync(fixture, "arn:aws:ssm:us-east-1:123456789012:parameter/app/url"));
        var many = await BodyAsync(fixture, "ssm", "GetParameters", "{'Names': ['/app/url', '/none']}");
        Assert.Equal("""["/none"]""", many["InvalidParameters"]!.Text);
    }

    [Theory]
    [InlineData("{'Path': '/app'}", "/app/url")]
    [InlineData("{'Path': '/app/', 'Recursive': true}", "/app/deep/list /app/url")]
    [InlineData("{'Path': '/'}", "")]
    public async Task Parameters_stand_in_folders(string request, string names)
    {
        await using var fixture = new ServiceFixture(Template);

        var answer = await BodyAsync(fixture, "ssm", "GetParametersByPath", request);

        Assert.Equal(names, string.Join(' ', ((JsonArray)answer["Parameters"]!).Cast<JsonObject>().Select(parameter => parameter.Text("Name"))));
    }

    [Fact]
    public async Task A_secure_parameter_tells_its_value_only_with_decryption()
    {
        await using var fixture = new ServiceFixture(Template);
        await BodyAsync(fixture, "ssm", "PutParameter", "{'Name': '/app/url', 'Value': 'http://s', 'Type': 'SecureString', 'Overwrite': true}");

        Assert.StartsWith("AQICAH", await ParameterAsync(fixture, "/app/url"));
        Assert.Equal("http://s", await ParameterAsync(fixture, "/app/url", ", 'WithDecryption': true"));
    }

    [Theory]
    [InlineData("GetParameter", "{'Name': '/none'}", "ParameterNotFound", "")]
    [InlineData("GetParameter", "{'Name': '/app/url:9'}", "ParameterVersionNotFound", "Systems Manager could not find version 9 of /app/url. Verify the version and try again.")]
    [InlineData(
        "PutParameter", "{'Name': '/app/url', 'Value': 'x'}", "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.")]
    [InlineData(
        "PutParameter", "{'Name': '/app/url', 'Value': 'x', 'Overwrite': true}", "ParameterPatternMismatchException",
        "Parameter value, cannot be validated against allowedPattern: http.*")]
    public async Task Parameters_are_refused_in_the_words_of_the_service(string action, string request, string code, string message) =>
        await AssertRefusedAsync("ssm", action, request, code, message);

    [Fact]
    public async Task Who_asks_is_a_role_of_the_services_account_and_may_be_another()
    {
        await using var fixture = new ServiceFixture(Template);

        var who = await BodyAsync(fixture, "sts", "GetCallerIdentity", "{}");
        var other = await BodyAsync(fixture, "sts", "AssumeRole", "{'RoleArn': 'arn:aws:iam::999999999999:role/path/r', 'RoleSessionName': 'me'}");

        Assert.Equal(("123456789012", "arn:aws:sts::123456789012:assumed-role/stateside/stateside"), (who.Text("Account"), who.Text("Arn")));
        Assert.Equal("arn:aws:sts::999999999999:assumed-role/r/me", ((JsonObject)other["AssumedRoleUser"]!).Text("Arn"));
        Assert.StartsWith("STATESIDE", ((JsonObject)other["Credentials"]!).Text("AccessKeyId"));
    }


    private static SecretSettings Secret(string value) => new("s", "arn:aws:secretsmanager:us-east-1:123456789012:secret:s-AbCdEf", JsonObject.Of(("SecretString", JsonValue.From(value))));

    private static async Task<string> ParameterAsync(ServiceFixture fixture, string name, string more = "") =>
        ((JsonObject)(await BodyAsync(fixture, "ssm", "GetParameter", $"{{'Name': '{name}'{more}}}"))["Parameter"]!).Text("Value")!;

    private static async Task<JsonObject> BodyAsync(ServiceFixture fixture, string service, string action, string request) =>
        Assert.IsType<ServiceResponse.Answered>(await SendAsync(fixture, service, action, request)).Body;

    private static ValueTask<ServiceResponse> SendAsync(ServiceFixture fixture, string service, string action, string request) =>
        fixture.Embedded.SendAsync(new ServiceCall(service, action, LooseJson.Read(request), "r"), TestContext.Current.CancellationToken);

    private static async Task AssertRefusedAsync(string service, string action, string request, string code, string message)
    {
        await using var fixture = new ServiceFixture(Template);
        var error = Assert.IsType<ServiceResponse.Refused>(await SendAsync(fixture, service, action, request)).Error;
        Assert.Equal((code, message, 400), (error.Code, error.Message, error.StatusCode));
    }
}
