using Stateside.Language.Json;

namespace Stateside.Aws.Tests.Topics;

/// <summary>Filter policies of subscriptions.</summary>
public sealed class FilterTests : IDisposable
{
    private const string Attributes =
        ", 'MessageAttributes': {'kind': {'DataType': 'String', 'StringValue': 'order'}, 'count': {'DataType': 'Number', 'StringValue': '7.5'},"
        + " 'tags': {'DataType': 'String.Array', 'StringValue': '[\\\"a\\\", 3, null]'}, 'from': {'DataType': 'String', 'StringValue': '10.0.0.7'},"
        + " 'bytes': {'DataType': 'Binary', 'BinaryValue': 'AAEC'}}";

    private readonly Topics _topics = new();

    [Theory]
    [InlineData("{'kind': ['order']}", true)]
    [InlineData("{'kind': ['Order']}", false)]
    [InlineData("{'kind': ['order'], 'absent': ['x']}", false)]
    [InlineData("{'kind': [{'anything-but': ['invoice']}]}", true)]
    [InlineData("{'kind': [{'anything-but': {'prefix': 'or'}}]}", false)]
    [InlineData("{'kind': [{'prefix': 'or'}]}", true)]
    [InlineData("{'kind': [{'suffix': 'er'}]}", true)]
    [InlineData("{'kind': [{'equals-ignore-case': 'ORDER'}]}", true)]
    [InlineData("{'count': [7.5]}", true)]
    [InlineData("{'count': ['7.5']}", false)]
    [InlineData("{'count': [{'numeric': ['>', 7, '<=', 7.5]}]}", true)]
    [InlineData("{'count': [{'numeric': ['=', 7]}]}", false)]
    [InlineData("{'tags': ['a']}", true)]
    [InlineData("{'tags': [3]}", true)]
    [InlineData("{'tags': [null]}", true)]
    [InlineData("{'tags': ['b']}", false)]
    [InlineData("{'from': [{'cidr': '10.0.0.0/24'}]}", true)]
    [InlineData("{'absent': [{'exists': false}]}", true)]
    [InlineData("{'kind': [{'exists': false}]}", false)]
    [InlineData("{'$or': [{'kind': ['invoice']}, {'count': [7.5]}]}", true)]
    [InlineData("{'$or': [{'kind': ['invoice']}, {'count': [8]}]}", false)]
    [InlineData("{}", true)]
    public void A_policy_lets_messages_through_by_their_attributes(string policy, bool wants)
    {
        _topics.Subscribe("news", "one", Policy(policy));

        _topics.Publish("news", "hello", Attributes);

        Assert.Equal(wants ? "hello" : "", _topics.Bodies("one"));
    }

    [Theory]
    [InlineData("{'order': {'kind': ['new']}}", "{'order': {'kind': 'new'}}", true)]
    [InlineData("{'order': {'kind': ['new']}}", "{'order': {'kind': 'old'}}", false)]
    [InlineData("{'order': {'lines': {'sku': [{'prefix': 'x'}]}}}", "{'order': {'lines': [{'sku': 'y1'}, {'sku': 'x1'}]}}", true)]
    [InlineData("{'open': [true]}", "{'open': true}", true)]
    [InlineData("{'order': {'kind': [{'exists': false}]}}", "{'order': {}}", true)]
    [InlineData("{'kind': ['new']}", "no JSON", false)]
    public void A_policy_of_the_body_lets_messages_through_by_what_they_hold(string policy, string body, bool wants)
    {
        _topics.Subscribe("news", "one", Policy(policy, ", 'FilterPolicyScope': 'MessageBody'"));

        _topics.Publish("news", body.Replace("'", "\\\"", StringComparison.Ordinal));

        Assert.Equal(wants ? 1 : 0, _topics.Messages("one").Count);
    }

    [Theory]
    [InlineData("{'kind': 'order'}", "Invalid parameter: FilterPolicy: \"kind\" must be an object or an array")]
    [InlineData("{'kind': {'a': ['b']}}", "Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy")]
    [InlineData("{'kind': [{'like': 'b'}]}", "Invalid parameter: FilterPolicy: Unrecognized match type like")]
    [InlineData("{'kind': [{'exists': 'no'}]}", "Invalid parameter: FilterPolicy: exists match pattern must be either true or false.")]
    [InlineData("{'kind'", "Invalid parameter: FilterPolicy: failed to parse JSON.")]
    public void A_policy_that_is_none_is_refused(string policy, string message) => Assert.Equal(
        ("InvalidParameter", message),
        _topics.Refused("Subscribe", $"{{'TopicArn': '{Topics.Arn}news', 'Protocol': 'sqs', 'Endpoint': '{Topics.QueueArn}one', 'Attributes': {Policy(policy)}}}"));

    [Fact]
    public void A_policy_can_be_changed()
    {
        var subscription = _topics.Subscribe("news", "one", Policy("{'kind': ['invoice']}"));
        _topics.Do("SetSubscriptionAttributes", $"{{'SubscriptionArn': '{subscription}', 'AttributeName': 'FilterPolicy', 'AttributeValue': '{{}}'}}");

        _topics.Publish("news", "hello", Attributes);

        Assert.Equal("hello", _topics.Bodies("one"));
        Assert.Equal("\"{}\"", ((JsonObject)_topics.Do("GetSubscriptionAttributes", $"{{'SubscriptionArn': '{subscription}'}}")["Attributes"]!)["FilterPolicy"]!.Text);
    }

    public void Dispose() => _topics.Dispose();

    private static string Policy(string policy, string more = "") => $"{{'FilterPolicy': '{policy.Replace("'", "\\\"", StringComparison.Ordinal)}'{more}}}";
}
