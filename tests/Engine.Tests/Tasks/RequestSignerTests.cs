using Stateside.Engine.Tasks;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>The form of a request that its signature is made of, as botocore makes it.</summary>
public sealed class RequestSignerTests
{
    [Theory]
    [InlineData("a1=2&a=1", "a=1&a1=2")]
    [InlineData("a-=2&a=1", "a=1&a-=2")]
    [InlineData("a.b=1&a=2", "a=2&a.b=1")]
    [InlineData("a=2&a=1&a=", "a=&a=1&a=2")]
    [InlineData("b=%20&a=x%2By", "a=x%2By&b=%20")]
    [InlineData("b=1&a", "a=&b=1")]
    [InlineData("a=%C3%BC&A=1", "A=1&a=%C3%BC")]
    public void A_query_is_signed_in_the_order_of_its_names_then_of_its_values(string query, string expected) =>
        Assert.Equal(expected, RequestSigner.Canonical("states", "GET", "/", query, [], "").Split('\n')[2]);
}
