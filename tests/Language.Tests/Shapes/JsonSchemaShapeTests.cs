using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Tests.Shapes;

public sealed class JsonSchemaShapeTests
{
    [Theory]
    [InlineData("""{"type": "integer"}""", "number")]
    [InlineData("""{"type": ["string", "null"]}""", "text or null")]
    [InlineData("""{"enum": ["a", "b", 1]}""", "\"a\" or \"b\" or number")]
    [InlineData("""{"const": {"a": true}}""", """{ "a": true }""")]
    [InlineData("""{"type": "object", "properties": {"a": {"type": "string"}, "b": {}}, "required": ["a"], "additionalProperties": false}""", """{ "a": text, "b"?: anything }""")]
    [InlineData("""{"type": "object", "required": ["a"]}""", """{ "a": anything, … }""")]
    [InlineData("""{"type": "object", "additionalProperties": {"type": "number"}}""", "{ …: number }")]
    [InlineData("""{"type": "object", "properties": {"a": false}, "additionalProperties": false}""", "{}")]
    [InlineData("""{"type": "array", "items": {"type": "string"}}""", "[ text, … ]")]
    [InlineData("""{"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}], "items": false, "minItems": 2}""", "[ text, number ]")]
    [InlineData("""{"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}], "items": false, "minItems": 1}""", "[ text, number, … ]")]
    [InlineData("""{"type": "array", "items": [{"type": "string"}], "additionalItems": false}""", "[ text, … ]")]
    [InlineData("""{"anyOf": [{"type": "string"}, {"type": "number"}]}""", "text or number")]
    [InlineData("""{"type": "string", "oneOf": [{"type": "string"}, {"type": "number"}]}""", "text")]
    [InlineData("""{"allOf": [{"type": ["string", "number"]}, {"type": ["string", "null"]}]}""", "text")]
    [InlineData("""{"$ref": "#/$defs/Name", "$defs": {"Name": {"type": "string"}}}""", "text")]
    [InlineData("""{"$ref": "https://example.org/other.json"}""", "anything")]
    [InlineData("""{"not": {"type": "string"}, "if": {}, "then": false}""", "anything")]
    [InlineData("true", "anything")]
    [InlineData("false", "never")]
    [InlineData("""{"type": "string", "pattern": "^a", "maxLength": 3}""", "text")]
    public void A_schema_reads_so(string schema, string shape) =>
        Assert.Equal(shape, JsonSchemaShape.Of(JsonReader.Parse(schema), "order").ToString());

    [Fact]
    public void Parts_that_all_hold_are_put_together()
    {
        var schema = JsonReader.Parse("""
            {"allOf": [
              {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
              {"properties": {"id": {"enum": ["a", "b", 3]}, "note": {"type": "string"}}, "additionalProperties": false}
            ]}
            """);

        Assert.Equal("""{ "id": "a" or "b", "note"?: text }""", JsonSchemaShape.Of(schema, "order").ToString());
    }

    [Fact]
    public void A_schema_that_names_itself_ends_somewhere()
    {
        var schema = JsonReader.Parse("""{"type": "object", "properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}, "value": {"type": "number"}}}""");

        var shape = JsonSchemaShape.Of(schema, "tree");

        Assert.True(shape.Admits(JsonReader.Parse("""{"left": {"left": {"value": 1}}, "value": 2}""")));
        Assert.False(shape.Admits(JsonReader.Parse("""{"left": {"left": {"value": "1"}}}""")));
    }

    [Fact]
    public void A_member_knows_which_schema_declares_it()
    {
        var shape = JsonSchemaShape.Of(JsonReader.Parse("""{"properties": {"id": {"properties": {"of": {}}}}}"""), "order.json", "/tmp/order.json");

        Assert.Equal(new ShapeOrigin("order.json.id.of", "/tmp/order.json"), shape.Members!.Find("id")!.Shape.Members!.Find("of")!.Origin);
    }
}
