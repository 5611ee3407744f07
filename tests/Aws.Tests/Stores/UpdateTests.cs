namespace Stateside.Aws.Tests.Stores;

public sealed class UpdateTests : IDisposable
{
    private const string Values = "':v': {'S': 'new'}, ':n': {'N': '3'}, ':l': {'L': [{'N': '9'}]}, ':tags': {'SS': ['y', 'z']}, ':all': {'SS': ['x', 'y', 'z']}";

    private readonly Tables _tables = new();

    public UpdateTests() => _tables.Put(
        "{'id': {'S': 'a'}, 's': {'S': 'old'}, 'n': {'N': '2'}, 'tags': {'SS': ['x', 'y']}, 'l': {'L': [{'N': '0'}, {'N': '1'}, {'N': '2'}]}, 'm': {'M': {'k': {'N': '1'}}}}");

    public void Dispose() => _tables.Dispose();

    [Theory]
    [InlineData("SET s = :v", "'s':{'S':'new'}")]
    [InlineData("set n = n + :n", "'n':{'N':'5'}")]
    [InlineData("SET n = n - :n", "'n':{'N':'-1'}")]
    [InlineData("SET s = if_not_exists(s, :v)", "'s':{'S':'old'}")]
    [InlineData("SET #new = if_not_exists(#new, :v)", "'#new':{'S':'new'}")]
    [InlineData("SET n = if_not_exists(#new, :n) + n", "'n':{'N':'5'}")]
    [InlineData("SET l = list_append(l, :l)", "'l':{'L':[{'N':'0'},{'N':'1'},{'N':'2'},{'N':'9'}]}")]
    [InlineData("SET l = list_append(:l, l)", "'l':{'L':[{'N':'9'},{'N':'0'},{'N':'1'},{'N':'2'}]}")]
    [InlineData("SET l[1] = :v", "'l':{'L':[{'N':'0'},{'S':'new'},{'N':'2'}]}")]
    [InlineData("SET l[9] = :v, l[7] = :n", "'l':{'L':[{'N':'0'},{'N':'1'},{'N':'2'},{'N':'3'},{'S':'new'}]}")]
    [InlineData("SET m.k = :v, m.z = :n", "'m':{'M':{'k':{'S':'new'},'z':{'N':'3'}}}")]
    [InlineData("REMOVE l[0], l[1]", "'l':{'L':[{'N':'2'}]}")]
    [InlineData("REMOVE l[0] SET l[2] = :v", "'l':{'L':[{'N':'1'},{'S':'new'}]}")]
    [InlineData("REMOVE m.k", "'m':{'M':{}}")]
    [InlineData("ADD n :n", "'n':{'N':'5'}")]
    [InlineData("ADD #new :n", "'#new':{'N':'3'}")]
    [InlineData("ADD tags :tags", "'tags':{'SS':['x','y','z']}")]
    [InlineData("DELETE tags :tags", "'tags':{'SS':['x']}")]
    public void An_update_changes_what_it_names(string update, string changed)
    {
        Update(update);

        Assert.Contains(changed.Replace("#new", "fresh", StringComparison.Ordinal), _tables.Get("a"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("REMOVE s, gone", "'s'")]
    [InlineData("DELETE tags :all", "'tags'")]
    public void An_attribute_can_vanish(string update, string gone)
    {
        Update(update);

        Assert.DoesNotContain(gone, _tables.Get("a"), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_are_taken_from_the_item_as_it_was()
    {
        Update("SET s = n, n = s, l = m, m = l");

        Assert.Equal(
            "{'id':{'S':'a'},'s':{'N':'2'},'n':{'S':'old'},'tags':{'SS':['x','y']},'l':{'M':{'k':{'N':'1'}}},'m':{'L':[{'N':'0'},{'N':'1'},{'N':'2'}]}}",
            _tables.Get("a"));
    }

    [Fact]
    public void A_copied_map_is_not_the_map_it_was_copied_from()
    {
        Update("SET #new = m");
        Update("SET m.k = :n");

        Assert.Contains("'fresh':{'M':{'k':{'N':'1'}}}", _tables.Get("a"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_item_that_is_not_there_is_made()
    {
        _tables.Do("UpdateItem", "{'TableName': 'plain', 'Key': {'id': {'S': 'b'}}}");
        _tables.Do("UpdateItem", "{'TableName': 'plain', 'Key': {'id': {'S': 'c'}}, 'UpdateExpression': 'SET x = :v', 'ExpressionAttributeValues': {':v': {'N': '1'}}}");

        Assert.Equal("{'id':{'S':'b'}}", _tables.Get("b"));
        Assert.Equal("{'id':{'S':'c'},'x':{'N':'1'}}", _tables.Get("c"));
    }

    [Theory]
    [InlineData("ALL_OLD", "SET s = :v", "'s':{'S':'old'}")]
    [InlineData("ALL_NEW", "SET s = :v", "'id':{'S':'a'}")]
    [InlineData("UPDATED_OLD", "SET s = :v, m.k = :n", "{'Attributes':{'s':{'S':'old'},'m':{'M':{'k':{'N':'1'}}}}}")]
    [InlineData("UPDATED_NEW", "SET s = :v, l[1] = :n", "{'Attributes':{'s':{'S':'new'},'l':{'L':[{'N':'3'}]}}}")]
    [InlineData("UPDATED_NEW", "REMOVE s", "{}")]
    [InlineData("NONE", "SET s = :v", "{}")]
    public void What_was_and_what_is_can_be_returned(string returned, string update, string expected) =>
        Assert.Contains(expected, Update(update, $", 'ReturnValues': '{returned}'"), StringComparison.Ordinal);

    [Theory]
    [InlineData("SET id = :v", "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key")]
    [InlineData("SET s = gone", "The provided expression refers to an attribute that does not exist in the item")]
    [InlineData("SET gone.x = :v", "The document path provided in the update expression is invalid for update")]
    [InlineData("SET s.x = :v", "The document path provided in the update expression is invalid for update")]
    [InlineData("REMOVE gone.x", "The document path provided in the update expression is invalid for update")]
    [InlineData("ADD s :n", "An operand in the update expression has an incorrect data type")]
    [InlineData("SET n = s + n", "An operand in the update expression has an incorrect data type")]
    [InlineData("SET n = n + :v", "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S")]
    [InlineData("SET l = list_append(l, :v)", "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: list_append, operand type: S")]
    [InlineData("ADD s :v", "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND")]
    [InlineData("DELETE n :n", "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND")]
    [InlineData("SET s = :v SET n = :n", "Invalid UpdateExpression: The \"SET\" section can only be used once in an update expression;")]
    [InlineData("SET m = :v, m.k = :n", "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m], path two: [m, k]")]
    [InlineData("SET m.k = :v, m[0] = :n", "Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, k], path two: [m, [0]]")]
    [InlineData("SET s = size(l)", "Invalid UpdateExpression: The function is not allowed in an update expression; function: size")]
    [InlineData("SET s = foo(l)", "Invalid UpdateExpression: Invalid function name; function: foo")]
    [InlineData("SET s = = :v", "Invalid UpdateExpression: Syntax error; token: \"=\", near: \"= = :v\"")]
    public void An_update_with_a_mistake_is_refused_and_changes_nothing(string update, string message)
    {
        var before = _tables.Get("a");

        Assert.Equal(message, _tables.Invalid("UpdateItem", Request(update, "")));
        Assert.Equal(before, _tables.Get("a"));
    }

    private string Update(string update, string more = "") => _tables.Do("UpdateItem", Request(update, more)).Text.Replace('"', '\'');

    private static string Request(string update, string more)
    {
        var values = Values.Split(", ':").Select(value => value.StartsWith('\'') ? value : $"':{value}")
            .Where(value => System.Text.RegularExpressions.Regex.IsMatch(update, $"{value.Split('\'')[1]}\\b")).ToList();
        return $"{{'TableName': 'plain', 'Key': {{'id': {{'S': 'a'}}}}, 'UpdateExpression': '{update}'"
            + (values.Count == 0 ? "" : $", 'ExpressionAttributeValues': {{{string.Join(", ", values)}}}")
            + (update.Contains("#new", StringComparison.Ordinal) ? ", 'ExpressionAttributeNames': {'#new': 'fresh'}" : "") + more + "}";
    }
}
