using System.Text;
using Stateside.Engine.Tasks.Services.Wire;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>Structures as XML; each rule where botocore has it, whose bytes these are.</summary>
public sealed class XmlBodyTests
{
    private static readonly ServiceShape Shape = new ServiceModel(
        """
        service Shop Shop
        protocol rest-xml
        structure Order
         Note string
         Count integer
         Price double
         Paid boolean
         At timestamp
         Day timestamp time=rfc822
         Seal blob
         Lines Lines
         Tags Tags as=Tag flat
         Names Names
         Sizes Sizes as=Size flat
         Buyer Buyer
         Gift Gift as=Present
         Id string as=x-id at=header
        list Lines string item=Line
        list Tags string item=Tag
        map Names string integer
        map Sizes string Gift key=K value=V
        structure Buyer ns=http://www.w3.org/2001/XMLSchema-instance\sxsi
         Type string as=xsi:type attribute
         Name string
        structure Gift ns=urn:gift
         Of Order
        action Place POST / in=Order out=Order
        """).FindAction("Place")!.Input!;

    private static string Write(string members, ShapeNamespace? space = null) =>
        Encoding.UTF8.GetString(XmlBody.Write("Order", space, Shape, (JsonObject)JsonReader.Parse(members)));

    private static string Read(string xml)
    {
        var members = new JsonObject.Builder();
        XmlBody.Read(members, Shape, XmlBody.Parse(Encoding.UTF8.GetBytes(xml))!);
        return members.ToObject().Text;
    }

    [Theory]
    [InlineData("{}", "<Order />")]
    [InlineData("""{"Note":""}""", "<Order><Note /></Order>")]
    [InlineData("""{"Count":7,"Note":"a","Id":"in a header"}""", "<Order><Count>7</Count><Note>a</Note></Order>")]
    [InlineData("""{"Note":"<a & \"b\">\r\n"}""", "<Order><Note>&lt;a &amp; \"b\"&gt;&#xD;\n</Note></Order>")]
    [InlineData("""{"Price":1E16,"Paid":true,"Seal":"YQ=="}""", "<Order><Price>1e+16</Price><Paid>true</Paid><Seal>YQ==</Seal></Order>")]
    [InlineData("""{"Price":3.0}""", "<Order><Price>3.0</Price></Order>")]
    [InlineData("""{"Price":1e-5}""", "<Order><Price>1e-05</Price></Order>")]
    [InlineData("""{"Price":1234567890123456.8}""", "<Order><Price>1234567890123456.8</Price></Order>")]
    [InlineData("""{"At":"2026-03-01T02:00:00.25+01:00"}""", "<Order><At>2026-03-01T01:00:00.250Z</At></Order>")]
    [InlineData("""{"Day":"2026-03-01T02:00:00Z"}""", "<Order><Day>Sun, 01 Mar 2026 02:00:00 GMT</Day></Order>")]
    [InlineData("""{"Lines":["a",""],"Tags":["b","c"]}""", "<Order><Lines><Line>a</Line><Line /></Lines><Tag>b</Tag><Tag>c</Tag></Order>")]
    [InlineData("""{"Lines":[],"Tags":[],"Note":null}""", "<Order><Lines /></Order>")]
    [InlineData("""{"Names":{"n":1}}""", "<Order><Names><entry><key>n</key><value>1</value></entry></Names></Order>")]
    [InlineData("""{"Sizes":{"n":{}}}""", """<Order><Size><K>n</K><V xmlns="urn:gift" /></Size></Order>""")]
    [InlineData("""{"Gift":{"Of":{"Note":"a"}}}""", """<Order><Present xmlns="urn:gift"><Of><Note>a</Note></Of></Present></Order>""")]
    [InlineData(
        """{"Buyer":{"Name":"n","Type":"a\"\n&"}}""",
        """<Order><Buyer xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="a&quot;&#10;&amp;"><Name>n</Name></Buyer></Order>""")]
    public void Members_are_written_as_the_model_has_them(string members, string xml) => Assert.Equal(xml, Write(members));

    [Fact]
    public void The_root_has_its_name_space() => Assert.Equal("""<Order xmlns="urn:shop" />""", Write("{}", new ShapeNamespace("urn:shop", null)));

    [Theory]
    [InlineData("<Order/>", "{}")]
    [InlineData("<Any xmlns='urn:x'><Note>a</Note><Unknown><Note>b</Note></Unknown></Any>", """{"Note":"a"}""")]
    [InlineData("<Order><Note/><Buyer/><Lines/><Names/></Order>", """{"Note":"","Lines":[],"Names":{},"Buyer":{}}""")]
    [InlineData("<Order><Note> a&amp;<![CDATA[<]]> </Note></Order>", """{"Note":" a&< "}""")]
    [InlineData("<Order><Count/><At/><Count>1</Count></Order>", "{}")]
    [InlineData("<Order><Count>7</Count><Price>1.50</Price><Paid>true</Paid></Order>", """{"Count":7,"Price":1.50,"Paid":true}""")]
    [InlineData("<Order><Count>many</Count><Price>NaN</Price><At>soon</At></Order>", """{"Count":"many","Price":"NaN","At":"soon"}""")]
    [InlineData("<Order><At>1772330400.25</At><Day>Sun, 01 Mar 2026 02:00:00 GMT</Day></Order>", """{"At":"2026-03-01T02:00:00.250Z","Day":"2026-03-01T02:00:00Z"}""")]
    [InlineData("<Order><Seal>\n YQ\n == </Seal></Order>", """{"Seal":"YQ=="}""")]
    [InlineData("<Order><Tag>a</Tag><Lines><Line>c</Line><member>d</member></Lines><Tag>b</Tag></Order>", """{"Lines":["c","d"],"Tags":["a","b"]}""")]
    [InlineData("<Order><Size><K>n</K><V><Of><Note>a</Note></Of></V></Size><Size><V/></Size></Order>", """{"Sizes":{"n":{"Of":{"Note":"a"}}}}""")]
    [InlineData("<Order xmlns:i='urn:other'><Buyer i:type='Group'/></Order>", """{"Buyer":{"Type":"Group"}}""")]
    public void Members_are_read_as_the_model_has_them(string xml, string members) => Assert.Equal(members, Read(xml));

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("<a>")]
    [InlineData("<!DOCTYPE a [<!ENTITY e 'text'>]><a>&e;</a>")]
    [InlineData("<!DOCTYPE a SYSTEM 'http://127.0.0.1/a.dtd'><a/>")]
    public void What_is_no_document_or_has_a_document_type_is_refused(string text) => Assert.Null(XmlBody.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_document_is_no_deeper_than_JSON_may_be()
    {
        static byte[] Nested(int depth) =>
            Encoding.UTF8.GetBytes("<Order>" + string.Concat(Enumerable.Repeat("<Present><Of>", depth / 2)) + string.Concat(Enumerable.Repeat("</Of></Present>", depth / 2)) + "</Order>");

        var deep = XmlBody.Parse(Nested(JsonReader.MaxDepth - 2));
        var members = new JsonObject.Builder();
        XmlBody.Read(members, Shape, deep!);

        Assert.True(JsonReader.TryParse(members.ToObject().Text, out _));
        Assert.Null(XmlBody.Parse(Nested(JsonReader.MaxDepth + 2)));
        Assert.Null(XmlBody.Parse(Nested(1_000_000)));
    }
}
