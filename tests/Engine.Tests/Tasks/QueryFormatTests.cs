using System.Text;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services.Wire;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>Forms and the XML that answers them; each rule where botocore has it.</summary>
public sealed class QueryFormatTests
{
    private const string Shapes =
        """
        api 2026-01-01
        structure Order
         Note string
         Lines Lines as=lineSet
         Tags Tags flat
         Names Names
         Sizes Sizes flat
         Buyer Buyer as=buyer query=Who
         At timestamp
        list Lines string
        list Tags Buyer item=Tag
        map Names string integer
        map Sizes string string key=Name value=Value
        structure Buyer
         Name string
         Items Items flat
        list Items integer item=Item
        action Place POST / in=Order out=Order wrapper=PlaceResult
        action Look POST / out=Buyer
        """;

    private static readonly ServiceModel Query = new($"service Shop Shop\nprotocol query\n{Shapes}");
    private static readonly ServiceModel Ec2 = new($"service Shop Shop\nprotocol ec2\n{Shapes}");

    private static string Write(ServiceModel service, string members)
    {
        var request = QueryFormat.Write(service.FindAction("Place")!, (JsonObject)JsonReader.Parse(members));
        Assert.Equal(("POST", "/"), (request.Method, request.Target));
        Assert.Equal([new("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")], request.Headers);
        var form = Encoding.UTF8.GetString(request.Body.Span);
        const string Beginning = "Action=Place&Version=2026-01-01";
        Assert.StartsWith(Beginning, form, StringComparison.Ordinal);
        return form[Beginning.Length..];
    }

    private static ServiceResponse Read(ServiceModel service, string action, int status, string body, params KeyValuePair<string, string>[] headers) =>
        QueryFormat.Read(service.FindAction(action)!, new WireAnswer(status, headers, Encoding.UTF8.GetBytes(body)), "own-id");

    [Theory]
    [InlineData("{}", "")]
    [InlineData("""{"Note":"a b+é~&=*","At":"2026-03-01T02:00:00Z"}""", "&Note=a+b%2B%C3%A9~%26%3D%2A&At=2026-03-01T02%3A00%3A00Z")]
    [InlineData("""{"Note":""}""", "&Note=")]
    [InlineData("""{"Lines":["a","b"]}""", "&lineSet.member.1=a&lineSet.member.2=b")]
    [InlineData("""{"Lines":[],"Tags":[]}""", "&lineSet=&Tags=")]
    [InlineData("""{"Tags":[{"Name":"n","Items":[1,2]},{}]}""", "&Tag.1.Name=n&Tag.1.Item.1=1&Tag.1.Item.2=2")]
    [InlineData("""{"Names":{"k":1}}""", "&Names.entry.1.key=k&Names.entry.1.value=1")]
    [InlineData("""{"Sizes":{"k":"v","l":"w"}}""", "&Sizes.1.Name=k&Sizes.1.Value=v&Sizes.2.Name=l&Sizes.2.Value=w")]
    [InlineData("""{"Buyer":{"Name":"n"}}""", "&buyer.Name=n")]
    public void Members_are_fields_of_the_form(string members, string form) => Assert.Equal(form, Write(Query, members));

    [Theory]
    [InlineData("""{"Lines":["a","b"],"Tags":[]}""", "&LineSet.1=a&LineSet.2=b")]
    [InlineData("""{"Tags":[{"Name":"n"}]}""", "&Tags.1.Name=n")]
    [InlineData("""{"Buyer":{"Name":"n"}}""", "&Who.Name=n")]
    public void EC2_has_names_of_its_own_with_a_capital_and_no_word_before_the_number(string members, string form) =>
        Assert.Equal(form, Write(Ec2, members));

    [Fact]
    public void An_answer_stands_in_the_element_of_its_action()
    {
        var answer = Assert.IsType<ServiceResponse.Answered>(Read(
            Query, "Place", 200,
            "<PlaceResponse xmlns='urn:x'><PlaceResult><Note>a</Note><Names/></PlaceResult><ResponseMetadata><RequestId>told</RequestId></ResponseMetadata></PlaceResponse>"));

        Assert.Equal("""{"Note":"a","Names":{}}""", answer.Body.Text);
        Assert.Equal("told", answer.RequestId);
    }

    [Fact]
    public void An_answer_of_EC2_is_the_root()
    {
        var answer = Assert.IsType<ServiceResponse.Answered>(Read(Ec2, "Look", 200, "<LookResponse><requestId>told</requestId><Name>a</Name></LookResponse>"));

        Assert.Equal("""{"Name":"a"}""", answer.Body.Text);
        Assert.Equal("told", answer.RequestId);
    }

    [Theory]
    [InlineData("<ErrorResponse xmlns='urn:x'><Error><Type>Sender</Type><Code>NoOrder</Code><Message>a &amp; b</Message></Error><RequestId>told</RequestId></ErrorResponse>")]
    [InlineData("<Response><Errors><Error><Code>NoOrder</Code><Message>a &amp; b</Message></Error></Errors><RequestID>told</RequestID></Response>")]
    [InlineData("<Error><Code>NoOrder</Code><Message>a &amp; b</Message><RequestId>told</RequestId></Error>")]
    public void A_refusal_tells_code_and_message_and_the_request(string body)
    {
        var error = Assert.IsType<ServiceResponse.Refused>(Read(Query, "Place", 404, body)).Error;

        Assert.Equal(("NoOrder", "a & b", 404, "told"), (error.Code, error.Message, error.StatusCode, error.RequestId));
    }

    [Theory]
    [InlineData("", "HTTP status 503", "own-id")]
    [InlineData("<html><body>Gone</body></html>", "HTTP status 503", "own-id")]
    [InlineData("<html><br>Gone", "<html><br>Gone", "own-id")]
    [InlineData("Gone fishing", "Gone fishing", "told")]
    public void A_refusal_that_is_not_the_services_own_has_the_status_for_its_code(string body, string message, string requestId)
    {
        KeyValuePair<string, string>[] headers = requestId == "told" ? [new("x-amzn-requestid", "told")] : [];

        var error = Assert.IsType<ServiceResponse.Refused>(Read(Query, "Place", 503, body, headers)).Error;

        Assert.Equal(("503", message, requestId), (error.Code, error.Message, error.RequestId));
    }

    [Fact]
    public void An_answer_that_is_no_XML_is_told_so()
    {
        Assert.Throws<FormatException>(() => Read(Query, "Place", 200, "<html><br>"));
        Assert.Empty(Assert.IsType<ServiceResponse.Answered>(Read(Query, "Place", 200, "")).Body);
    }
}
