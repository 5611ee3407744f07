using Stateside.Language.Json;
using Stateside.Language.Roles;

namespace Stateside.Language.Tests.Roles;

public sealed class RoleCheckTests
{
    private const string Object = "arn:aws:s3:::b/invoices/*.json";

    [Theory]
    [InlineData("""{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::b/invoices/*"}""")]
    [InlineData("""{"Effect": "Allow", "Action": ["s3:Put*"], "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]}""")]
    [InlineData("""{"Effect": "Allow", "Action": "S3:putobject", "Resource": "*"}""")]
    [InlineData("""{"Effect": "Allow", "Action": "*", "Resource": "*"}""")]
    [InlineData("""{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}""")]
    [InlineData("""{"Effect": "Allow", "Action": "s3:PutObject", "NotResource": "arn:aws:s3:::secret/*"}""")]
    public void What_a_statement_allows_is_not_missing(string statement) => Assert.Empty(Missing(statement));

    [Theory]
    [InlineData("""{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::b/invoices/2026/*"}""")]
    [InlineData("""{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "${Somewhere}"}""")]
    [InlineData("""{"Effect": "Allow", "Action": "s3:PutObject", "Resource": null}""")]
    [InlineData("""{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*", "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}""")]
    public void What_may_be_allowed_is_not_missing_either(string statement) => Assert.Empty(Missing(statement));

    [Theory]
    [InlineData("""{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}""")]
    [InlineData("""{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::b"}""")]
    [InlineData("""{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::b/orders/*"}""")]
    [InlineData("""{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}""")]
    [InlineData("""{"Effect": "Allow", "Action": "s3:PutObject", "NotResource": "arn:aws:s3:::b/*"}""")]
    public void What_no_statement_allows_is_missing(string statement) => Assert.Single(Missing(statement));

    [Theory]
    [InlineData("""{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}""", 1)]
    [InlineData("""{"Effect": "Deny", "NotAction": "s3:Get*", "Resource": "arn:aws:s3:::b/*"}""", 1)]
    [InlineData("""{"Effect": "Deny", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::b/invoices/old-*"}""", 0)]
    [InlineData("""{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}""", 0)]
    [InlineData("""{"Effect": "Deny", "Action": "s3:*", "Resource": "${Somewhere}"}""", 0)]
    public void A_denial_counts_where_it_is_certain(string statement, int missing) =>
        Assert.Equal(missing, Missing("""{"Effect": "Allow", "Action": "*", "Resource": "*"}""", statement).Count);

    [Theory]
    [InlineData("""{"Effect": "Allow", "Action": "*", "Resource": "*"}""", true)]
    [InlineData("""{"Effect": "Allow", "Action": ["dynamodb:GetItem", "s3:*"], "Resource": ["*"]}""", true)]
    [InlineData("""{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}""", true)]
    [InlineData("""{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*"}""", false)]
    [InlineData("""{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}""", false)]
    [InlineData("""{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}""", false)]
    [InlineData("""{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}""", false)]
    public void All_of_a_service_on_everything_is_far_wider(string statement, bool isWide) =>
        Assert.Equal(isWide, RoleCheck.IsFarWider(Read(statement)));

    [Theory]
    [InlineData("a*c", "abc", true)]
    [InlineData("a*", "*b", true)]
    [InlineData("a?c", "a*", true)]
    [InlineData("a*b", "a*c", false)]
    [InlineData("abc", "abcd", false)]
    [InlineData("", "*", true)]
    [InlineData("t/\uE000-a", "t/s-a", true)]
    [InlineData("t/\uE000-a", "t/b/*", false)]
    public void Patterns_overlap_where_a_text_matches_both(string first, string second, bool expected)
    {
        Assert.Equal(expected, Wildcards.Overlap(first, second));
        Assert.Equal(expected, Wildcards.Overlap(second, first));
    }

    [Theory]
    [InlineData("a*", "ab*", true)]
    [InlineData("ab*", "a*", false)]
    [InlineData("a?", "a*", false)]
    [InlineData("*", "", true)]
    public void A_pattern_covers_what_matches_no_other_text(string pattern, string narrow, bool expected) =>
        Assert.Equal(expected, Wildcards.Covers(pattern, narrow));

    private static List<Permission> Missing(params string[] statements)
    {
        var need = new Permission("s3:PutObject", Object) { Certainty = Certainty.Certain, Reasons = [new("A", "calls")] };
        return [.. RoleCheck.Missing([need], [.. statements.Select(Read)], name => [name])];
    }

    private static Statement Read(string statement) => Statement.Of((JsonObject)JsonReader.Parse(statement));
}
