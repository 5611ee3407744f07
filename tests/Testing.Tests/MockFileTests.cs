namespace Stateside.Testing.Tests;

public sealed class MockFileTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"mock-file-{Environment.ProcessId}.json");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task A_mock_file_answers_for_an_activity()
    {
        await using var test = Test(
            """{"StartAt":"Pack","States":{"Pack":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:pack","End":true}}}""",
            """{"Return": {"parcel": 7}}""");

        (await test.RunAsync(testCase: "Recorded")).ShouldGive(new { parcel = 7 });
    }

    [Fact]
    public async Task A_function_that_is_not_there_is_what_a_mock_file_may_say()
    {
        await using var test = Test(
            """{"StartAt":"Pack","States":{"Pack":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"pack"},"End":true}}}""",
            """{"Throw": {"Error": "Lambda.ResourceNotFoundException"}}""");

        (await test.RunAsync(testCase: "Recorded")).ShouldFail("Lambda.ResourceNotFoundException");
    }

    private WorkflowTest Test(string definition, string answer)
    {
        File.WriteAllText(_file, $$"""
            {"StateMachines": {"StateMachine": {"TestCases": {"Recorded": {"Pack": "Packed"} } } }, "MockedResponses": {"Packed": {"0": {{answer}} } } }
            """);
        return WorkflowTest.FromDefinition(definition, new WorkflowTestOptions { MockFile = _file });
    }
}
