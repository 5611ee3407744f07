using Stateside.Engine.Operations.Requests;
using Stateside.Engine.Store;

namespace Stateside.Engine.Operations;

internal sealed record ResourceArnRequest(string ResourceArn);

internal sealed record ListTagsForResourceResponse(IReadOnlyList<TagMember> Tags);

internal sealed record TagResourceRequest(string ResourceArn, IReadOnlyList<TagMember> Tags);

internal sealed record UntagResourceRequest(string ResourceArn, IReadOnlyList<string> TagKeys);

/// <summary>Operations on tags of state machines and activities.</summary>
internal sealed class TagOperations(ServiceState service)
{
    public ListTagsForResourceResponse List(ResourceArnRequest request)
    {
        service.Arns.Taggable(request.ResourceArn);
        var tags = service.Catalog.FindTags(request.ResourceArn) ?? throw ApiException.NoResource(request.ResourceArn);
        return new([.. tags.Select(tag => new TagMember(tag.Key, tag.Value))]);
    }

    public async ValueTask<EmptyResponse> TagAsync(TagResourceRequest request)
    {
        service.Arns.Taggable(request.ResourceArn);
        await service.Catalog.TagAsync(request.ResourceArn, ResourceSettings.Tags(request.Tags)).ConfigureAwait(false);
        return EmptyResponse.Instance;
    }

    public async ValueTask<EmptyResponse> UntagAsync(UntagResourceRequest request)
    {
        service.Arns.Taggable(request.ResourceArn);
        await service.Catalog.UntagAsync(request.ResourceArn, request.TagKeys).ConfigureAwait(false);
        return EmptyResponse.Instance;
    }
}
