using System.Text.RegularExpressions;

namespace Stateside.Language.Services;

/// <summary>
/// Where resources are: the region and the account that their ARNs name, and what follows from the region. It is settled once, by whoever
/// sets up a service, and handed down from there.
/// </summary>
/// <param name="Region">The region, such as eu-central-1.</param>
/// <param name="AccountId">The account's number of twelve digits.</param>
public sealed partial record AwsLocation(string Region, string AccountId)
{
    /// <summary>AWS's partitions beside the one that anybody may have an account in, with the names that their regions begin with.</summary>
    private static readonly (string Regions, string Partition, string UrlSuffix)[] OtherPartitions =
    [
        ("cn-", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-", "aws-us-gov", CommercialSuffix),
        ("us-iso-", "aws-iso", "c2s.ic.gov"),
        ("us-isob-", "aws-iso-b", "sc2s.sgov.gov"),
        ("eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"),
        ("us-isof-", "aws-iso-f", "csp.hci.ic.gov"),
        ("eusc-", "aws-eusc", "amazonaws.eu"),
    ];

    private const string CommercialPartition = "aws";
    private const string CommercialSuffix = "amazonaws.com";

    /// <summary>Where everything is of which nobody said otherwise; Step Functions Local's account and region too.</summary>
    public static AwsLocation Default { get; } = new("us-east-1", "123456789012");

    // In whatever partition.
    private static readonly string[] Domains =
        [$".{CommercialSuffix}", .. OtherPartitions.Where(other => other.UrlSuffix != CommercialSuffix).Select(other => $".{other.UrlSuffix}"), ".api.aws"];

    /// <summary>The partition, which ARNs begin with: aws, aws-cn, aws-us-gov …</summary>
    public string Partition => PartitionOf(Region).Partition;

    /// <summary>What the domains of AWS's endpoints end with in this region.</summary>
    public string UrlSuffix => PartitionOf(Region).UrlSuffix;

    /// <summary>Whether anybody may have an account for the region; China and the governments have hosts of their own.</summary>
    internal bool IsCommercial => Partition == CommercialPartition;

    /// <summary>The ARN of a resource here.</summary>
    /// <param name="service">The service as ARNs name it, such as states.</param>
    /// <param name="resource">What stands behind the account, such as stateMachine:Orders.</param>
    internal string Arn(string service, string resource) => $"arn:{Partition}:{service}:{Region}:{AccountId}:{resource}";

    /// <summary>The ARN of a role of this account; roles have no region.</summary>
    /// <param name="name">Its name, with its path where it has one.</param>
    internal string RoleArn(string name) => $"arn:{Partition}:iam::{AccountId}:role/{name}";

    /// <summary>Whether a text has a region's form. Which regions there are, AWS alone knows.</summary>
    internal static bool IsRegion(string text) => RegionForm().IsMatch(text);

    /// <summary>Whether a text is an account's number.</summary>
    internal static bool IsAccountId(string text) => text.Length == 12 && text.All(char.IsAsciiDigit);

    /// <summary>Whether a host is one of AWS by what DNS makes of its name, which may end with the dot of the root.</summary>
    internal static bool IsAws(Uri uri)
    {
        var host = uri.IdnHost.TrimEnd('.');
        return Array.Exists(Domains, domain => host.EndsWith(domain, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Both, as part of a sentence.</summary>
    public override string ToString() => $"region {Region} and account {AccountId}";

    private static (string Partition, string UrlSuffix) PartitionOf(string region)
    {
        foreach (var (regions, partition, suffix) in OtherPartitions)
        {
            if (region.StartsWith(regions, StringComparison.Ordinal))
                return (partition, suffix);
        }

        return (CommercialPartition, CommercialSuffix);
    }

    [GeneratedRegex(@"^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex RegionForm();
}
