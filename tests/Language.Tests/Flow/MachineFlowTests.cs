using Stateside.Language.Flow;
using Stateside.Language.Shapes;
using Stateside.Language.Validation;

namespace Stateside.Language.Tests.Flow;

/// <summary>What is known of data on its way through a machine.</summary>
public sealed class MachineFlowTests
{
    private static readonly Shape Order = Shape.Object(("id", Shape.Text), ("total", Shape.Number), ("note", Shape.Text.OrNothing()));

    [Fact]
    public void A_Pass_hands_on_its_input() => Assert.Equal(Order, Flow("""{"Type": "Pass", "End": true}""").Output);

    [Fact]
    public void A_result_is_put_where_ResultPath_says() => Assert.Equal(
        """{ "id": text, "total": number, "note"?: text, "made": { "ok": true } }""",
        Flow("""{"Type": "Pass", "Result": {"ok": true}, "ResultPath": "$.made", "End": true}""").Output.ToString());

    [Fact]
    public void A_dropped_result_leaves_the_input() => Assert.Equal(
        Order, Flow("""{"Type": "Pass", "Result": {"ok": true}, "ResultPath": null, "End": true}""").Output);

    [Fact]
    public void OutputPath_null_gives_an_empty_object() => Assert.Equal(
        "{}", Flow("""{"Type": "Pass", "OutputPath": null, "End": true}""").Output.ToString());

    [Fact]
    public void Parameters_are_known_member_by_member() => Assert.Equal(
        """{ "order": text, "sum": number, "kind": "x" }""",
        Flow("""{"Type": "Pass", "Parameters": {"order.$": "$.id", "sum.$": "States.MathAdd($.total, 1)", "kind": "x"}, "End": true}""").Output.ToString());

    [Fact]
    public void A_task_gives_what_its_source_says() => Assert.Equal(
        """{ "id": text, "total": number, "note"?: text, "paid": { "receipt": text } }""",
        Flow(Task("""
            "ResultPath": "$.paid", "ResultSelector": {"receipt.$": "$.number"}, "End": true
            """), gives: Shape.Object(("number", Shape.Text))).Output.ToString());

    [Fact]
    public void A_task_that_nobody_knows_gives_anything() => Assert.Equal("anything", Flow(Task("\"End\": true")).Output.ToString());

    [Fact]
    public void A_catcher_puts_the_error_into_the_input() => Assert.Equal(
        """{ "id": text, "total": number, "note"?: text, "error": { "Error": text or null, "Cause": text or null } }""",
        Flow(Task("""
            "Next": "Done", "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Sorry"}]
            """), more: """
            "Done": {"Type": "Succeed"}, "Sorry": {"Type": "Fail"}
            """)["Sorry"].Input.ToString());

    [Fact]
    public void A_parallel_gives_what_its_branches_give_in_their_order() => Assert.Equal(
        """[ text, { "n": number } ]""",
        Flow("""
            {"Type": "Parallel", "End": true, "Branches": [
              {"StartAt": "A", "States": {"A": {"Type": "Pass", "OutputPath": "$.id", "End": true}}},
              {"StartAt": "B", "States": {"B": {"Type": "Pass", "Parameters": {"n.$": "$.total"}, "End": true}}}]}
            """).Output.ToString());

    [Fact]
    public void A_map_gives_a_list_of_what_its_iterations_give() => Assert.Equal(
        """[ { "sku": text, "index": number }, … ]""",
        Flow("""
            {"Type": "Map", "End": true, "ItemsPath": "$.lines", "ItemSelector": {"sku.$": "$$.Map.Item.Value.sku", "index.$": "$$.Map.Item.Index"},
             "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}}
            """, Shape.Object(("lines", Shape.ListOf(Shape.Object(("sku", Shape.Text)))))).Output.ToString());

    [Fact]
    public void An_iteration_over_an_object_is_given_key_and_value() => Assert.Equal(
        """{ "Key": text, "Value": number }""",
        Flow("""
            {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}}
            """, Shape.Object(("a", Shape.Number), ("b", Shape.Number)))["A"].Input.ToString());

    [Fact]
    public void Failures_that_are_tolerated_stand_among_the_results() => Assert.Equal(
        """[ { "Error"?: text or null, "Cause"?: text or null, "sku"?: text }, … ]""",
        Flow("""
            {"Type": "Map", "End": true, "ToleratedFailureCount": 1, "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}}
            """, Shape.ListOf(Shape.Object(("sku", Shape.Text)))).Output.ToString());

    [Fact]
    public void Rows_of_a_CSV_file_are_objects_of_text_in_batches() => Assert.Equal(
        """{ "BatchInput": { "id": text }, "Items": [ { …: text }, { …: text }, … ] }""",
        Flow("""
            {"Type": "Map", "End": true,
             "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
                            "Parameters": {"Bucket": "b", "Key": "k"}},
             "ItemBatcher": {"MaxItemsPerBatch": 10, "BatchInput": {"id.$": "$.id"}},
             "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                               "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}}
            """)["A"].Input.ToString());

    [Fact]
    public void A_result_writer_leaves_where_the_results_are() => Assert.Equal(
        """{ "MapRunArn": text, "ResultWriterDetails": { "Bucket": text, "Key": text } }""",
        Flow("""
            {"Type": "Map", "End": true, "ItemsPath": "$.lines",
             "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}},
             "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                               "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}}
            """, Shape.Object(("lines", Shape.ListOf(Shape.Text)))).Output.ToString());

    [Fact]
    public void A_rule_leaves_over_what_it_held_for()
    {
        var flow = Flow("""
            {"Type": "Choice", "Choices": [{"Variable": "$.note", "IsPresent": true, "Next": "Noted"}], "Default": "Plain"}
            """, more: """
            "Noted": {"Type": "Pass", "End": true}, "Plain": {"Type": "Succeed"}
            """);
        Assert.Equal("""{ "id": text, "total": number, "note": text }""", flow["Noted"].Input.ToString());
        Assert.Equal("""{ "id": text, "total": number }""", flow["Plain"].Input.ToString());
    }

    [Fact]
    public void What_a_loop_adds_to_ever_deeper_comes_to_an_end() => Assert.InRange(
        Flow("""
            {"Type": "Pass", "Parameters": {"inner.$": "$"}, "Next": "Again"}
            """, more: """
            "Again": {"Type": "Choice", "Choices": [{"Variable": "$.inner.x", "IsPresent": true, "Next": "Done"}], "Default": "First"},
            "Done": {"Type": "Succeed"}
            """)["First"].Input.Depth, 1, 8);

    [Fact]
    public void A_variable_that_only_some_ways_set_may_be_nothing() => Assert.Equal(
        "text or nothing",
        Flow("""
            {"Type": "Choice", "Choices": [{"Variable": "$.note", "IsPresent": true, "Next": "Noted"}], "Default": "Done"}
            """, more: """
            "Noted": {"Type": "Pass", "Assign": {"kept.$": "$.note"}, "Next": "Done"}, "Done": {"Type": "Succeed"}
            """)["Done"].Variables["kept"].ToString());

    [Fact]
    public void The_token_is_in_the_context_object_of_tasks_that_wait_for_it() => Assert.Equal(
        """{ "FunctionName": "f", "Payload": { "token": text } }""",
        Flow("""
            {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "End": true,
             "Parameters": {"FunctionName": "f", "Payload": {"token.$": "$$.Task.Token"}}}
            """)["First"].Arguments.ToString());

    [Fact]
    public void A_path_that_finds_nothing_on_any_way_is_an_error_with_the_likely_name()
    {
        var finding = Assert.Single(Flow("""{"Type": "Pass", "Parameters": {"who.$": "$.totl"}, "End": true}""").Findings);
        Assert.True(finding.IsError);
        Assert.Equal("/States/First/Parameters/who.$", finding.Place.ToString());
        Assert.Equal("total", finding.Likely);
        Assert.Equal("$ never has a member 'totl'. Did you mean 'total'?", finding.Sentence);
    }

    [Fact]
    public void A_path_that_finds_nothing_on_one_way_is_a_warning_that_names_the_way()
    {
        var finding = Assert.Single(Flow(Task("""
            "ResultPath": "$.paid", "Next": "Done", "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Done"}]
            """), more: """
            "Done": {"Type": "Pass", "InputPath": "$.paid", "End": true}
            """).Findings);
        Assert.False(finding.IsError);
        Assert.Equal("$ never has a member 'paid', on the way from 'First' by Catch[0].", finding.Sentence);
    }

    [Fact]
    public void A_member_that_a_handler_needs_and_is_never_sent_is_an_error()
    {
        var accepts = Shape.Object(("customer", Shape.Object(("name", Shape.Text))), ("note", Shape.Text.OrNothing()));
        var finding = Assert.Single(Flow(Task("""
            "Parameters": {"customer": {"nam.$": "$.id"}}, "End": true
            """), accepts: accepts).Findings);
        Assert.True(finding.IsError);
        Assert.Equal("/States/First/Parameters/customer", finding.Place.ToString());
        Assert.Equal("the function f needs customer.name, which it is never sent. Did you mean 'nam'?", finding.Sentence);
    }

    [Fact]
    public void A_member_that_is_never_of_the_type_that_a_handler_takes_is_an_error()
    {
        var accepts = Shape.Object(("lines", Shape.ListOf(Shape.Object(("count", Shape.Number)))));
        var finding = Assert.Single(Flow(Task("""
            "Parameters": {"lines": [{"count.$": "$.id"}]}, "End": true
            """), accepts: accepts).Findings);
        Assert.True(finding.IsError);
        Assert.Equal("the function f is sent as lines[0].count text where it takes number.", finding.Sentence);
    }

    [Fact]
    public void A_comparison_of_what_cannot_compare_is_a_warning()
    {
        var finding = Assert.Single(Flow("""
            {"Type": "Choice", "Choices": [{"Variable": "$.total", "StringEquals": "1", "Next": "Done"}], "Default": "Done"}
            """, more: """
            "Done": {"Type": "Succeed"}
            """).Findings);
        Assert.Equal((ShapeProblemKind.NeverCompares, false), (finding.Kind, finding.IsError));
        Assert.Equal("StringEquals never compares with what $.total is: number.", finding.Sentence);
    }

    [Fact]
    public void A_text_that_is_none_of_those_that_come_is_told_with_the_one_that_was_meant()
    {
        var finding = Assert.Single(Flow("""
            {"Type": "Choice", "Choices": [{"Variable": "$.status", "StringEquals": "Payed", "Next": "Done"}], "Default": "Done"}
            """, Shape.Object(("status", Shape.TextOf("New", "Paid"))), more: """
            "Done": {"Type": "Succeed"}
            """).Findings);
        Assert.Equal((ShapeProblemKind.NeverHolds, "Paid"), (finding.Kind, finding.Likely));
    }

    [Fact]
    public void A_rule_that_always_holds_is_a_warning()
    {
        var finding = Assert.Single(Flow("""
            {"Type": "Choice", "Choices": [{"Variable": "$.total", "IsPresent": true, "Next": "Done"}], "Default": "Done"}
            """, more: """
            "Done": {"Type": "Succeed"}
            """).Findings);
        Assert.Equal((ShapeProblemKind.AlwaysHolds, false), (finding.Kind, finding.IsError));
    }

    [Fact]
    public void Rules_that_take_what_others_leave_are_as_they_should_be() => Assert.Empty(Flow("""
        {"Type": "Choice", "Choices": [
          {"Variable": "$.status", "StringEquals": "New", "Next": "Done"}, {"Variable": "$.status", "StringEquals": "Paid", "Next": "Done"}]}
        """, Shape.Object(("status", Shape.TextOf("New", "Paid"))), more: """
        "Done": {"Type": "Succeed"}
        """).Findings);

    [Fact]
    public void A_machine_of_unknown_types_gives_no_finding() => Assert.Empty(Flow(Task("""
        "Parameters": {"a.$": "$.b.c[0].d"}, "ResultSelector": {"x.$": "$.y"}, "Next": "Choose"
        """), Shape.Anything, more: """
        "Choose": {"Type": "Choice", "Choices": [{"Variable": "$$.Execution.Name", "StringMatches": "a*", "Next": "Map"}], "Default": "Map"},
        "Map": {"Type": "Map", "ItemsPath": "$.x", "End": true, "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": "$.q", "End": true}}}}
        """).Findings);

    [Fact]
    public void A_map_over_what_is_neither_array_nor_object_is_an_error() => Assert.Equal(
        "A Map iterates over an array or an object, and this is text.",
        Assert.Single(Flow("""
            {"Type": "Map", "ItemsPath": "$.id", "End": true, "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}}
            """).Findings).Sentence);

    [Fact]
    public void A_wait_wants_a_number() => Assert.Equal(
        "SecondsPath wants a number, and this is boolean.",
        Assert.Single(Flow("""{"Type": "Wait", "SecondsPath": "$.soon", "End": true}""", Shape.Object(("soon", Shape.Boolean))).Findings).Sentence);

    [Fact]
    public void An_older_spelling_keeps_its_place() => Assert.Equal(
        "/States/First/Iterator/States/A/InputPath",
        Assert.Single(Flow("""
            {"Type": "Map", "End": true, "Iterator": {"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": "$.x", "End": true}}}}
            """, Shape.ListOf(Shape.Object(("sku", Shape.Text)))).Findings).Place.ToString());

    [Fact]
    public void A_rule_with_not_that_fails_says_nothing_of_what_may_be_missing() => Assert.Contains(
        "note?", Flow("""
            {"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [{"Condition": "{% $not($states.input.note) or $states.input.total > 3 %}", "Next": "Done"}], "Default": "Other"}
            """, more: """
            "Done": {"Type": "Succeed"}, "Other": {"Type": "Succeed"}
            """)["Other"].Input.ToString().Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);

    [Fact]
    public void What_fails_in_one_branch_of_an_expression_is_no_error() => Assert.False(Assert.Single(Flow("""
        {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.total > 3 ? $states.input.id + 1 : 0 %}", "End": true}
        """).Findings).IsError);

    [Fact]
    public void A_job_whose_token_is_sent_may_give_anything() => Assert.Equal("anything", Flow("""
        {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "End": true,
         "Parameters": {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:M", "Input": {"token.$": "$$.Task.Token"}}}
        """, gives: Shape.Object(("Output", Shape.Text))).Output.ToString());

    [Fact]
    public void A_written_JSON_text_is_known() => Assert.Equal(
        """{ "none": null }""",
        Flow("""{"Type": "Pass", "Parameters": {"none.$": "States.StringToJson('null')"}, "End": true}""").Output.ToString());

    private static string Task(string fields) =>
        $$"""{"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:f", {{fields}}}""";

    private static Known Flow(string first, Shape? input = null, string? more = null, Shape? gives = null, Shape? accepts = null)
    {
        var text = $$"""{"StartAt": "First", "States": {"First": {{first}} {{(more is null ? "" : ", " + more)}} } }""";
        var parsed = DefinitionParser.Parse(text);
        Assert.True(parsed.IsValid, string.Join('\n', parsed.Diagnostics.Select(one => $"{one.Location}: {one.Message}")));
        return new Known(MachineFlow.Of(
            parsed.Definition!,
            new FlowSources
            {
                Input = input ?? Order,
                TaskOf = (_, _) => gives is null && accepts is null ? null : new TaskShapes("the function f", accepts, gives ?? Shape.Anything),
            },
            parsed.Source));
    }

    private sealed class Known(MachineFlow flow)
    {
        public Shape Output => flow.Output;

        public IReadOnlyList<FlowFinding> Findings => flow.Findings();

        public StateFlow this[string name] => flow.States.Single(state => state.State.Name == name);
    }
}
