using Stateside.Language.Graph;

namespace Stateside.Language.Tests.Graph;

public sealed class GraphMermaidTests
{
    [Fact]
    public void A_definition_becomes_a_flowchart()
    {
        var text = GraphMermaid.Write(Drawings.Graph("""
            "A": {"Type": "Choice", "Choices": [{"Variable": "$.x", "NumericGreaterThan": 1, "Next": "P"}], "Default": "F"},
            "P": {"Type": "Parallel", "End": true, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "F"}], "Branches": [
                {"StartAt": "Q", "States": {"Q": {"Type": "Succeed"}}}]},
            "F": {"Type": "Fail"}
            """));

        Assert.Equal(
            """
            flowchart TD
                s0(["Start"])
                s1{"A"}
                subgraph s2["P<br/>Parallel: 1 branch"]
                    subgraph s2b1["Branch 1"]
                        s3(["Q"]):::succeed
                    end
                end
                s4(["F<br/>Fail"]):::fail
                s5(["End"])
                s0 --> s1
                s1 -->|"$.x #62; 1"| s2
                s1 -->|"Default"| s4
                s2 -.->|"States.ALL"| s4
                s2 --> s5
                classDef fail stroke:#b91c1c,stroke-width:2px
                classDef succeed stroke:#15803d,stroke-width:2px
                classDef missing stroke:#b91c1c,stroke-dasharray:5 4

            """.ReplaceLineEndings("\n"),
            text);
    }

    [Fact]
    public void Signs_that_mean_something_to_Mermaid_or_a_browser_are_numbers()
    {
        var text = GraphMermaid.Write(Drawings.Graph(""" "]\"<b>#;`\n": {"Type": "Succeed"} """, "]\\\"<b>#;`\\n"));

        Assert.Contains("""["#93;#34;#60;b#62;#35;#59;#96; "]""", text, StringComparison.Ordinal);
    }
}
