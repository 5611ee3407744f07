namespace Stateside.Aws.Api.Access;

/// <summary>The keys that requests from elsewhere must be signed with.</summary>
/// <param name="Id">The access key id, which travels with the request.</param>
/// <param name="Secret">The secret, which does not.</param>
internal sealed record AccessKey(string Id, string Secret);
