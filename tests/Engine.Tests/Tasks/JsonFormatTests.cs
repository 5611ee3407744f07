using System.Text;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services.Wire;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>AWS's JSON protocols.</summary>
public sealed class JsonFormatTests
{
    private static readonly ServiceAction Place = new ServiceModel(
        """
        service Shop Shop
        protocol json 1.1
        target Shop_20260101
        query-compatible
        structure Order
         Note string as=note
         At timestamp
         Day timestamp time=iso8601
         Price double
         Seal blob
         Lines Lines
         Names Names
         Any Any
         Inner Order
         Token string token
        list Lines Order
        map Names timestamp Order
        structure Any document
        action Place POST / in=Order out=Order
        """).FindAction("Place")!;

    private static WireRequest Write(string members) => WireFormat.Write(Place, (JsonObject)JsonReader.Parse(members), null, "a-token");

    private static ServiceResponse Read(int status, string body, params (string Name, string Value)[] headers) => WireFormat.Read(
        Place, new WireAnswer(status, [.. headers.Select(header => KeyValuePair.Create(header.Name, header.Value))], Encoding.UTF8.GetBytes(body)), "own-id");

    private static string Members(string body) => Assert.IsType<ServiceResponse.Answered>(Read(200, body)).Body.Text;

    [Fact]
    public void A_request_names_its_action_and_its_version_in_headers()
    {
        var request = Write("""{"Note":"é","Token":"t"}""");

        Assert.Equal(("POST", "/", """{"note":"é","Token":"t"}"""), (request.Method, request.Target, Encoding.UTF8.GetString(request.Body.Span)));
        Assert.Equal(
            [new("X-Amz-Target", "Shop_20260101.Place"), new("Content-Type", "application/x-amz-json-1.1"), new("x-amzn-query-mode", "true")], request.Headers);
    }

    [Theory]
    [InlineData("""{"At":"2026-01-31T09:30:00Z","Day":"2026-01-31T09:30:00Z"}""", """{"At":1769851800,"Day":"2026-01-31T09:30:00Z","Token":"a-token"}""")]
    [InlineData("""{"At":"2026-01-31T10:30:00.25+01:00"}""", """{"At":1769851800.25,"Token":"a-token"}""")]
    [InlineData("""{"At":1769851800,"Day":"tomorrow"}""", """{"At":1769851800,"Day":"tomorrow","Token":"a-token"}""")]
    [InlineData("""{"Note":null,"Inner":{"Note":null},"Token":null}""", """{"Token":"a-token","Inner":{}}""")]
    [InlineData("""{"Price":"NaN","Seal":"/w==","Any":{"note":[null,1.50]}}""", """{"Price":"NaN","Seal":"/w==","Any":{"note":[null,1.50]},"Token":"a-token"}""")]
    [InlineData("""{"Lines":[{"Note":"a"},null],"Names":{"Note":{"Note":"b"}}}""", """{"Lines":[{"note":"a"},null],"Names":{"Note":{"note":"b"}},"Token":"a-token"}""")]
    public void Members_stand_as_the_model_says(string members, string body) => Assert.Equal(
        JsonReader.Parse(body), JsonReader.Parse(Encoding.UTF8.GetString(Write(members).Body.Span)));

    [Theory]
    [InlineData("", "{}")]
    [InlineData("""{"note":"a","At":1769851800.5,"Day":"2026-01-31T09:30:00+01:00"}""", """{"Note":"a","At":"2026-01-31T09:30:00.500Z","Day":"2026-01-31T08:30:00Z"}""")]
    [InlineData("""{"note":null,"Inner":{"note":null},"Lines":[null]}""", """{"Inner":{},"Lines":[null]}""")]
    [InlineData("""{"New":{"note":1},"__type":"x","Any":{"__type":"y"}}""", """{"New":{"note":1},"Any":{"__type":"y"}}""")]
    [InlineData("""{"Names":{"note":{"note":"b"}},"At":1e300}""", """{"Names":{"note":{"Note":"b"}},"At":1e300}""")]
    public void Members_are_read_as_the_model_says(string body, string members) => Assert.Equal(members, Members(body));

    [Theory]
    [InlineData("<html/>")]
    [InlineData("[]")]
    public void What_is_no_object_is_no_answer(string body) =>
        Assert.Equal("the answer is not JSON.", Assert.Throws<FormatException>(() => Read(200, body)).Message);

    [Theory]
    [InlineData("""{"__type":"com.amazonaws.shop#NoStock","message":"none"}""", "NoStock", "none")]
    [InlineData("""{"code":"NoStock:http://internal#x","Message":"none"}""", "NoStock", "none")]
    [InlineData("""{"__type":"NoStock","errorMessage":"none"}""", "NoStock", "none")]
    [InlineData("""{"error":"x","error_description":"late"}""", "400", "late")]
    [InlineData("upstream died", "400", "upstream died")]
    [InlineData("", "400", "HTTP status 400")]
    public void A_refusal_tells_code_and_message(string body, string code, string message) => Assert.Equal(
        new ServiceError(code, message, 400, "own-id"), Assert.IsType<ServiceResponse.Refused>(Read(400, body)).Error);

    [Fact]
    public void A_header_s_code_comes_first_and_the_older_code_stands_beside_it()
    {
        var error = Assert.IsType<ServiceResponse.Refused>(Read(
            400, """{"__type":"Other"}""", ("x-amzn-errortype", "NoStock:http://x/"), ("x-amzn-query-error", "Shop.NoStock;Sender"), ("x-amzn-requestid", "r-1"))).Error;

        Assert.Equal(new ServiceError("NoStock", "HTTP status 400", 400, "r-1") { QueryCode = "Shop.NoStock" }, error);
    }
}
