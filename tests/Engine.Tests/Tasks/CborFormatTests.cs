using System.Text;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services.Wire;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>Requests and answers in CBOR; each rule where botocore has it, whose bytes these are.</summary>
public sealed class CborFormatTests
{
    private const string Model =
        """
        service Shop Shop
        protocol cbor
        api 2026-01-01
        target ShopV1
        query-compatible
        structure Order
         S string
         I long
         D double
         F float
         T timestamp
         B blob
         L Lines
         M Names
         O Order
         P boolean
        list Lines Order
        map Names string integer
        action Place POST / in=Order out=Order
        action Look POST /
        """;

    private static readonly ServiceModel Service = new(Model);

    private static ServiceResponse Read(string hex, int status = 200, params KeyValuePair<string, string>[] headers) =>
        CborFormat.Read(Service.FindAction("Place")!, new WireAnswer(status, headers, Convert.FromHexString(hex)), "own-id");

    [Theory]
    [InlineData("{}", "A0")]
    [InlineData("""{"S":"aé","I":0}""", "A2615363 61C3A9 614900")]
    [InlineData("""{"I":-1}""", "A1614920")]
    [InlineData("""{"I":4294967296}""", "A161491B0000000100000000")]
    [InlineData("""{"I":-5004925668243676163}""", "A161493B45751160C6E61C02")]
    [InlineData("""{"I":1.0}""", "A1614901")]
    [InlineData("""{"D":1,"F":1.5}""", "A26144FB3FF00000000000006146FA3FC00000")]
    [InlineData("""{"D":"NaN","F":"-Infinity"}""", "A26144F97E006146F9FC00")]
    [InlineData("""{"T":"1970-01-01T00:00:23Z"}""", "A16154C117")]
    [InlineData("""{"T":"1970-01-01T00:00:01.5Z"}""", "A16154C1FB3FF8000000000000")]
    [InlineData("""{"B":"YQ==","P":true}""", "A261424161 6150F5")]
    [InlineData("""{"L":[{},{"O":{"S":null}}],"M":{"k":24}}""", "A2614C82A0A1614FA0 614DA1616B1818")]
    public void Members_are_written_with_the_fewest_bytes_and_numbers_in_those_of_their_shape(string members, string hex)
    {
        var request = CborFormat.Write(Service.FindAction("Place")!, (JsonObject)JsonReader.Parse(members));

        Assert.Equal(hex.Replace(" ", ""), Convert.ToHexString(request.Body.Span));
        Assert.Equal(("POST", "/service/ShopV1/operation/Place"), (request.Method, request.Target));
        Assert.Equal(
            ["smithy-protocol: rpc-v2-cbor", "x-amzn-query-mode: true", "Accept: application/cbor", "Content-Type: application/cbor"],
            request.Headers.Select(header => $"{header.Key}: {header.Value}"));
    }

    [Fact]
    public void An_action_without_members_has_no_body()
    {
        var request = CborFormat.Write(Service.FindAction("Look")!, JsonObject.Empty);

        Assert.Empty(request.Body.ToArray());
        Assert.DoesNotContain(request.Headers, header => header.Key == "Content-Type");
    }

    [Theory]
    [InlineData("", "{}")]
    [InlineData("A1 6153 7F 6161 6162 FF", """{"S":"ab"}""")]
    [InlineData("BF 614C 9F BF FF F6 FF 614D BF 616B 1B0000000000000001 616C F6 FF FF", """{"L":[{},null],"M":{"k":1}}""")]
    [InlineData("A2 6144 F93C00 6146 FA3FC00000", """{"D":1,"F":1.5}""")]
    [InlineData("A2 6144 F97E00 6146 F9FC00", """{"D":"NaN","F":"-Infinity"}""")]
    [InlineData("A1 6149 3BFFFFFFFFFFFFFFFF", """{"I":-18446744073709551616}""")]
    [InlineData("A1 6154 C1 FB3FF8000000000000", """{"T":"1970-01-01T00:00:01.500Z"}""")]
    [InlineData("A2 6154 17 6142 5F 4161 4162 FF", """{"T":"1970-01-01T00:00:23Z","B":"YWI="}""")]
    [InlineData("A3 6155 82 C1 01 A0 6153 F6 6150 F4", """{"P":false}""")]
    [InlineData("A1 6153 8101", "{}")]
    public void Members_are_read_and_what_the_model_does_not_have_is_passed_over(string hex, string members) =>
        Assert.Equal(members, Assert.IsType<ServiceResponse.Answered>(Read(hex.Replace(" ", ""))).Body.Text);

    [Theory]
    [InlineData("80")]
    [InlineData("A1")]
    [InlineData("A101")]
    [InlineData("A16153")]
    [InlineData("BF6153")]
    [InlineData("A1614C9BFFFFFFFFFFFFFFFF")]
    [InlineData("A161539B7FFFFFFFFFFFFFFF")]
    [InlineData("A161537BFFFFFFFFFFFFFFFF")]
    [InlineData("A161427B7FFFFFFFFFFFFFFF")]
    [InlineData("BBFFFFFFFFFFFFFFFF")]
    [InlineData("BA7FFFFFFF")]
    [InlineData("3C68746D6C3E")]
    public void What_is_cut_off_or_promises_more_than_there_is_is_refused(string hex) => Assert.Throws<FormatException>(() => Read(hex));

    [Theory]
    [InlineData("", "A1614F")]
    [InlineData("", "A1614C81")]
    [InlineData("A16154", "C1")]
    [InlineData("A16155", "81")]
    public void What_is_too_deep_is_refused(string beginning, string step) =>
        Assert.Throws<FormatException>(() => Read(beginning + string.Concat(Enumerable.Repeat(step, 200_000))));

    [Fact]
    public void A_refusal_tells_the_code_without_its_name_space_and_that_of_the_older_API()
    {
        // {"__type":"shop#NoOrder","x":[1],"message":"gone"}
        var body = "A3665F5F74797065" + "6C73686F70234E6F4F72646572" + "617881" + "01" + "676D657373616765" + "64676F6E65";

        var error = Assert.IsType<ServiceResponse.Refused>(Read(body, 400, new("x-amzn-requestid", "told"), new("x-amzn-query-error", "Shop.NoOrder;Sender"))).Error;

        Assert.Equal(("NoOrder", "gone", 400, "told", "Shop.NoOrder"), (error.Code, error.Message, error.StatusCode, error.RequestId, error.QueryCode));
    }

    [Theory]
    [InlineData("", "HTTP status 502")]
    [InlineData("Bad gateway", "Bad gateway")]
    public void A_refusal_that_is_not_the_services_own_has_the_status_for_its_code(string body, string message)
    {
        var error = Assert.IsType<ServiceResponse.Refused>(Read(Convert.ToHexString(Encoding.UTF8.GetBytes(body)), 502)).Error;

        Assert.Equal(("502", message, "own-id"), (error.Code, error.Message, error.RequestId));
    }
}
