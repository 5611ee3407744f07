using Stateside.Aws.Services;

namespace Stateside.Aws.Tests.Queues;

/// <summary>Event patterns.</summary>
public sealed class PatternTests
{
    private const string Event = "{'kind': 'order', 'count': 7, 'open': true, 'none': null, 'from': '10.0.0.7', 'tags': ['a', 'b'], 'lines': [{'sku': 'x-1'}, {'sku': 'y-2'}]}";

    [Theory]
    [InlineData("{'kind': ['order', 'invoice']}", true)]
    [InlineData("{'kind': ['invoice']}", false)]
    [InlineData("{'kind': ['order'], 'count': [8]}", false)]
    [InlineData("{'count': [7]}", true)]
    [InlineData("{'count': ['7']}", false)]
    [InlineData("{'open': [true]}", true)]
    [InlineData("{'none': [null]}", true)]
    [InlineData("{'absent': [null]}", false)]
    [InlineData("{'tags': ['b']}", true)]
    [InlineData("{'lines': {'sku': [{'prefix': 'y'}]}}", true)]
    [InlineData("{'kind': [{'prefix': 'or'}]}", true)]
    [InlineData("{'kind': [{'suffix': 'der'}]}", true)]
    [InlineData("{'kind': [{'prefix': {'equals-ignore-case': 'OR'}}]}", true)]
    [InlineData("{'kind': [{'equals-ignore-case': 'ORDER'}]}", true)]
    [InlineData("{'kind': [{'wildcard': 'o*d*r'}]}", true)]
    [InlineData("{'kind': [{'wildcard': 'o*x*r'}]}", false)]
    [InlineData("{'kind': [{'anything-but': ['order']}]}", false)]
    [InlineData("{'kind': [{'anything-but': {'prefix': 'in'}}]}", true)]
    [InlineData("{'absent': [{'anything-but': 'a'}]}", false)]
    [InlineData("{'count': [{'numeric': ['>', 5, '<=', 7]}]}", true)]
    [InlineData("{'count': [{'numeric': ['>', 7]}]}", false)]
    [InlineData("{'from': [{'cidr': '10.0.0.0/24'}]}", true)]
    [InlineData("{'from': [{'cidr': '10.0.1.0/24'}]}", false)]
    [InlineData("{'kind': [{'cidr': '10.0.1.0/24'}]}", false)]
    [InlineData("{'absent': [{'exists': false}]}", true)]
    [InlineData("{'kind': [{'exists': true}]}", true)]
    [InlineData("{'$or': [{'kind': ['invoice']}, {'count': [7]}]}", true)]
    public void An_event_matches_a_pattern_or_does_not(string pattern, bool matches) => Assert.Equal(matches, EventPattern.Matches(LooseJson.Read(pattern), LooseJson.Read(Event)));
}
