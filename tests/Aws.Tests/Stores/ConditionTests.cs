using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Aws.Tests.Stores;

public sealed class ConditionTests : IDisposable
{
    private const string Values = "':s': {'S': 'abc'}, ':one': {'N': '1'}, ':two': {'N': '2'}, ':x': {'S': 'x'}, ':kind': {'S': 'SS'}, ':bool': {'BOOL': true}, ':null': {'NULL': true}";

    private readonly Tables _tables = new();

    public ConditionTests() => _tables.Put(
        "{'id': {'S': 'a'}, 's': {'S': 'abcdef'}, 'n': {'N': '2'}, 'zero': {'N': '0'}, 'tags': {'SS': ['x', 'y']}, 'l': {'L': [{'N': '1'}, {'S': 'x'}]}, 'm': {'M': {'k': {'N': '1'}}}}");

    public void Dispose() => _tables.Dispose();

    [Theory]
    [InlineData("attribute_exists(s)", true)]
    [InlineData("attribute_exists(m.k)", true)]
    [InlineData("attribute_exists(l[2])", false)]
    [InlineData("attribute_not_exists(gone)", true)]
    [InlineData("attribute_type(tags, :kind)", true)]
    [InlineData("begins_with(s, :s)", true)]
    [InlineData("contains(s, :s)", true)]
    [InlineData("contains(tags, :x)", true)]
    [InlineData("contains(l, :one)", true)]
    [InlineData("contains(l, :two)", false)]
    [InlineData("size(s) > :two", true)]
    [InlineData("size(tags) = :two", true)]
    [InlineData("n = :two", true)]
    [InlineData("n <> :two", false)]
    [InlineData("n > :one AND n <= :two", true)]
    [InlineData("n < :s", false)]
    [InlineData("gone = :null", false)]
    [InlineData("gone <> :one", true)]
    [InlineData("gone < :one", false)]
    [InlineData("zero BETWEEN zero AND :one", true)]
    [InlineData("n IN (:one, :two)", true)]
    [InlineData("gone IN (:one, :null)", false)]
    [InlineData("NOT n = :one", true)]
    [InlineData("n = :one OR n = :two AND s = :s", false)]
    [InlineData("(n = :one OR n = :two) AND m.k = :one", true)]
    [InlineData("not (n = :one) and attribute_exists(s)", true)]
    public void A_condition_holds_or_fails(string condition, bool holds)
    {
        var names = Values.Split(", ").Where(value => Regex.IsMatch(condition, $"{value.Split('\'')[1]}\\b")).ToList();
        var values = names.Count == 0 ? "" : $", 'ExpressionAttributeValues': {{{string.Join(", ", names)}}}";
        var request = $"{{'TableName': 'plain', 'Key': {{'id': {{'S': 'a'}}}}, 'ConditionExpression': '{condition}'{values}}}";

        if (holds)
        {
            _tables.Do("DeleteItem", request);
            return;
        }

        var refusal = _tables.Refused("DeleteItem", request);
        Assert.Equal(("ConditionalCheckFailedException", "The conditional request failed"), (refusal.Code, refusal.Message));
        Assert.NotNull(_tables.Get("a"));
    }

    [Theory]
    [InlineData("n =", "Syntax error; token: \"<EOF>\", near: \"=\"")]
    [InlineData("n = :one AND", "Syntax error; token: \"<EOF>\", near: \"AND\"")]
    [InlineData("n ! :one", "Syntax error; token: \"!\", near: \"n ! \"")]
    [InlineData("n = :one m", "Syntax error; token: \"m\", near: \":one m\"")]
    [InlineData("", "The expression can not be empty;")]
    [InlineData("name = :one", "Attribute name is a reserved keyword; reserved keyword: name")]
    [InlineData("#n = :one", "An expression attribute name used in the document path is not defined; attribute name: #n")]
    [InlineData("n = :gone", "An expression attribute value used in expression is not defined; attribute value: :gone")]
    [InlineData("foo(n)", "Invalid function name; function: foo")]
    [InlineData("attribute_exists(n, s)", "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2")]
    [InlineData("attribute_exists(:one)", "Operator or function requires a document path; operator or function: attribute_exists")]
    [InlineData("begins_with(s, :one)", "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N")]
    [InlineData("attribute_type(s, :s)", "Invalid attribute type name found; type: abc, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}")]
    [InlineData("n < :bool", "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL")]
    [InlineData("n = n", "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [n]")]
    [InlineData("n BETWEEN :two AND :one", "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}")]
    [InlineData("((n = :one))", "The expression has redundant parentheses;")]
    public void A_condition_with_a_mistake_is_refused(string condition, string message) => Assert.Equal(
        $"Invalid ConditionExpression: {message}",
        _tables.Invalid("DeleteItem", $"{{'TableName': 'plain', 'Key': {{'id': {{'S': 'a'}}}}, 'ConditionExpression': '{condition}', 'ExpressionAttributeValues': {{{Values}}}}}"));

    [Theory]
    [InlineData("'ConditionExpression': 'n = :v', 'ExpressionAttributeValues': {':v': {'N': '1'}, ':w': {'N': '2'}}", "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}")]
    [InlineData("'ConditionExpression': 'attribute_exists(n)', 'ExpressionAttributeNames': {'#n': 'n'}", "Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}")]
    [InlineData("'ExpressionAttributeNames': {'#n': 'n'}", "ExpressionAttributeNames can only be specified when using expressions")]
    [InlineData("'ExpressionAttributeValues': {':n': {'N': '1'}}", "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null")]
    [InlineData("'ConditionExpression': 'attribute_exists(n)', 'ExpressionAttributeNames': {}", "ExpressionAttributeNames must not be empty")]
    [InlineData("'ConditionExpression': 'attribute_exists(n)', 'ExpressionAttributeNames': {'n': 'n'}", "ExpressionAttributeNames contains invalid key: Syntax error; key: \"n\"")]
    public void Names_and_values_are_used_and_well_formed(string members, string message) =>
        Assert.Equal(message, _tables.Invalid("DeleteItem", $"{{'TableName': 'plain', 'Key': {{'id': {{'S': 'a'}}}}, {members}}}"));

    [Fact]
    public void A_failed_condition_tells_the_item_when_it_is_asked_to()
    {
        var refusal = _tables.Refused(
            "PutItem", "{'TableName': 'plain', 'Item': {'id': {'S': 'a'}}, 'ConditionExpression': 'attribute_not_exists(id)', 'ReturnValuesOnConditionCheckFailure': 'ALL_OLD'}");

        Assert.Equal("""{"N":"2"}""", ((JsonObject)refusal.Details["Item"]!)["n"]!.Text);
    }
}
