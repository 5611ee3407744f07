namespace Stateside.Language.Tests.Jsonata;

public class PathTests
{
    [Theory]
    [InlineData("name", "\"order-17\"")]
    [InlineData("customer.name", "\"Ada\"")]
    [InlineData("customer.`name`", "\"Ada\"")]
    [InlineData("\"customer\".\"name\"", "\"Ada\"")]
    [InlineData("notes", "null")]
    [InlineData("nothing.at.all", null)]
    [InlineData("name.first", null)]
    public void A_path_leads_to_a_member_or_to_nothing(string expression, string? expected) =>
        Assert.Equal(expected, Evaluation.Of(expression));

    [Theory]
    [InlineData("lines.sku", "[\"a\",\"b\",\"c\"]")]
    [InlineData("lines.tags", "[\"x\",\"y\",\"z\"]")]
    [InlineData("lines.(qty * price)", "[21,20,15]")]
    public void A_step_through_an_array_gathers_and_flattens(string expression, string expected) =>
        Assert.Equal(expected, Evaluation.Of(expression));

    [Theory]
    [InlineData("lines[1].sku", "\"b\"")]
    [InlineData("lines[-1].sku", "\"c\"")]
    [InlineData("lines[1.9].sku", "\"b\"")]
    [InlineData("lines[[0,2]].sku", "[\"a\",\"c\"]")]
    [InlineData("lines[qty > 1].sku", "[\"a\",\"c\"]")]
    [InlineData("lines[qty > 1][0].sku", "\"a\"")]
    [InlineData("lines[sku = 'b'].tags", "[\"z\"]")]
    [InlineData("(lines.tags)[0]", "\"x\"")]
    [InlineData("lines.tags[0]", "[\"x\",\"z\"]")]
    [InlineData("lines[9]", null)]
    public void Brackets_select_by_position_or_condition(string expression, string? expected) =>
        Assert.Equal(expected, Evaluation.Of(expression));

    [Theory]
    [InlineData("lines[sku = 'b'].price", "20")]
    [InlineData("lines[sku = 'b'].price[]", "[20]")]
    [InlineData("lines[sku = 'b'][].price", "[20]")]
    [InlineData("customer.emails", "[\"ada@example.com\"]")]
    [InlineData("customer.vip[]", "[true]")]
    public void A_sequence_of_one_is_its_item_unless_brackets_keep_it(string expression, string expected) =>
        Assert.Equal(expected, Evaluation.Of(expression));

    [Theory]
    [InlineData("customer.*", "[\"Ada\",\"ada@example.com\",true]")]
    [InlineData("**.sku", "[\"a\",\"b\",\"c\"]")]
    [InlineData("matrix.$", "[1,2,3,4]")]
    [InlineData("matrix", "[[1,2],[3,4]]")]
    [InlineData("matrix[0]", "[1,2]")]
    [InlineData("$count(**)", "26")]
    public void Wildcards_and_the_context_see_what_is_there(string expression, string expected) =>
        Assert.Equal(expected, Evaluation.Of(expression));

    [Theory]
    [InlineData("lines^(price).sku", "[\"c\",\"a\",\"b\"]")]
    [InlineData("lines^(>price).sku", "[\"b\",\"a\",\"c\"]")]
    [InlineData("lines^(>qty > 1, price).sku", null)]
    public void An_order_by_sorts_stably_by_numbers_or_strings(string expression, string? expected)
    {
        if (expected is null)
            Assert.Equal("T2008", Evaluation.Error(expression).Code);
        else
            Assert.Equal(expected, Evaluation.Of(expression));
    }

    [Fact]
    public void Items_without_the_key_sort_last_in_either_direction()
    {
        Assert.Equal("[\"x\",\"y\",\"z\"]", Evaluation.Of("[{'v':'z'}, {'v':'x','p':1}, {'v':'y','p':2}]^(p).v", null));
        Assert.Equal("[\"y\",\"x\",\"z\"]", Evaluation.Of("[{'v':'z'}, {'v':'x','p':1}, {'v':'y','p':2}]^(>p).v", null));
    }

    [Theory]
    [InlineData("lines#$i.{'i': $i, 'sku': sku}", "[{\"i\":0,\"sku\":\"a\"},{\"i\":1,\"sku\":\"b\"},{\"i\":2,\"sku\":\"c\"}]")]
    [InlineData("lines#$i[$i > 0].sku", "[\"b\",\"c\"]")]
    [InlineData("lines[qty > 1]#$i.$i", "[0,1]")]
    public void A_position_variable_counts_the_items_of_its_step(string expression, string expected) =>
        Assert.Equal(expected, Evaluation.Of(expression));

    [Fact]
    public void A_context_variable_joins_data() => Assert.Equal(
        "[\"ab\",\"ba\"]",
        Evaluation.Of("lines@$l.lines@$m[$l.qty + $m.qty = 3].($l.sku & $m.sku)"));

    [Theory]
    [InlineData("($a := 1; [$a, 2]@$v.$)", null)]
    [InlineData("[nothing].{'a': $}#$i[$i = 0]", "[]")]
    public void A_constructor_may_open_a_path_that_binds_variables(string expression, string? expected) =>
        Assert.Equal(expected, Evaluation.Of(expression, null));

    [Theory]
    [InlineData("lines.tags.{'tag': $, 'of': %.sku}", "[{\"tag\":\"x\",\"of\":\"a\"},{\"tag\":\"y\",\"of\":\"a\"},{\"tag\":\"z\",\"of\":\"b\"}]")]
    [InlineData("lines.tags.(%.%.name)", "[\"order-17\",\"order-17\",\"order-17\"]")]
    [InlineData("lines.tags[%.qty = 1]", "\"z\"")]
    [InlineData("(lines.tags)[%.qty = 1].$", "\"z\"")]
    public void The_parent_is_the_object_the_step_looked_into(string expression, string expected) =>
        Assert.Equal(expected, Evaluation.Of(expression));

    [Theory]
    [InlineData("%")]
    [InlineData("$x.%.a")]
    [InlineData("name.%.%")]
    public void A_parent_that_cannot_be_known_is_refused(string expression) => Assert.Equal("S0217", Evaluation.Error(expression).Code);

    [Theory]
    [InlineData("$", "[1,[2,3]]")]
    [InlineData("$[0]", "1")]
    [InlineData("$count($)", "2")]
    [InlineData("$$[1]", "[2,3]")]
    public void A_document_that_is_an_array_is_one_value(string expression, string expected) =>
        Assert.Equal(expected, Evaluation.Of(expression, "[1,[2,3]]"));
}
