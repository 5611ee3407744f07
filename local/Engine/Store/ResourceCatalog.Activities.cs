namespace Stateside.Engine.Store;

/// <summary>Activities, and the tags of all there is.</summary>
internal sealed partial class ResourceCatalog
{
    private const int MaxTags = 50;

    /// <summary>The activity of that ARN; null when there is none.</summary>
    public Activity? FindActivity(string arn) =>
        _activities.TryGetValue(arn, out var activity) ? activity : _damaged.TryGetValue(arn, out var damage) ? throw damage : null;

    /// <summary>All activities, oldest first.</summary>
    public IReadOnlyList<Activity> ListActivities() => [.. _activities.Values.OrderBy(activity => activity.Serial)];

    /// <summary>Creates an activity; one of that name that is there already stays as it is.</summary>
    /// <param name="name">A valid name.</param>
    /// <param name="tags">The tags; null for none.</param>
    /// <param name="encryption">How its data would be encrypted on AWS; null when nobody said.</param>
    /// <exception cref="ApiException">The one that is there is encrypted in another way, or there are too many.</exception>
    public ValueTask<Activity> CreateActivityAsync(string name, IReadOnlyList<ResourceTag>? tags = null, EncryptionConfiguration? encryption = null) =>
        ChangeAsync(change =>
        {
            var arn = ActivityArn(name);
            if (FindActivity(arn) is { } present)
            {
                return (present.Encryption ?? EncryptionConfiguration.AwsOwnedKey) == (encryption ?? EncryptionConfiguration.AwsOwnedKey)
                    ? present
                    : throw new ApiException("ActivityAlreadyExists", $"Activity Already Exists: '{arn}'");
            }

            if (_activities.Count >= _options.MaxActivities)
                throw new ApiException("ActivityLimitExceeded", $"The maximum number of activities has been reached: {_options.MaxActivities}");
            var activity = new Activity(arn, name, Now) { Serial = ++_serial, Tags = Merged([], tags ?? [], arn), Encryption = encryption };
            Put(activity, change);
            return activity;
        });

    /// <summary>Takes over an activity as a template declares it.</summary>
    /// <param name="name">A valid name.</param>
    /// <param name="tags">Its tags.</param>
    /// <param name="encryption">How its data would be encrypted on AWS; null when the template does not say.</param>
    /// <exception cref="ApiException">There are too many.</exception>
    public async ValueTask<Activity> DeclareActivityAsync(string name, IReadOnlyList<ResourceTag> tags, EncryptionConfiguration? encryption)
    {
        var present = FindActivity(ActivityArn(name));
        if (present is null)
            return await CreateActivityAsync(name, tags, encryption).ConfigureAwait(false);
        return present.Encryption == encryption && present.Tags.SequenceEqual(tags) ? present : await ChangeAsync(change =>
        {
            var changed = present with { Tags = tags, Encryption = encryption };
            Put(changed, change);
            return changed;
        }).ConfigureAwait(false);
    }

    /// <summary>Deletes an activity, if it is there.</summary>
    /// <returns>Whether it was there.</returns>
    public ValueTask<bool> DeleteActivityAsync(string arn) => ChangeAsync(change =>
    {
        if (!_activities.ContainsKey(arn) && !_damaged.ContainsKey(arn))
            return false;
        Save(change, ActivityKind, arn, CatalogJson.Default.Activity, null);
        change.Then(() => _ = _activities.TryRemove(arn, out _) || _damaged.TryRemove(arn, out _));
        return true;
    });

    /// <summary>The tags of a machine or an activity.</summary>
    /// <returns>The tags; null when there is no such thing.</returns>
    public IReadOnlyList<ResourceTag>? FindTags(string arn) => Find(arn)?.Tags ?? FindActivity(arn)?.Tags;

    /// <summary>Adds tags to a machine or an activity; a key that is there takes the new value.</summary>
    /// <exception cref="ApiException">There is no such thing, or it would have too many tags.</exception>
    public ValueTask<IReadOnlyList<ResourceTag>> TagAsync(string arn, IReadOnlyList<ResourceTag> tags) =>
        ChangeTagsAsync(arn, present => Merged(present, tags, arn));

    /// <summary>Takes tags from a machine or an activity; keys that are not there do not matter.</summary>
    /// <returns>The tags that stay.</returns>
    /// <exception cref="ApiException">There is no such thing.</exception>
    public ValueTask<IReadOnlyList<ResourceTag>> UntagAsync(string arn, IReadOnlyList<string> keys) =>
        ChangeTagsAsync(arn, present => [.. present.Where(tag => !keys.Contains(tag.Key))]);

    private string ActivityArn(string name) => _options.Location.Arn("states", $"activity:{name}");

    private ValueTask<IReadOnlyList<ResourceTag>> ChangeTagsAsync(string arn, Func<IReadOnlyList<ResourceTag>, IReadOnlyList<ResourceTag>> changed) =>
        ChangeAsync(change =>
        {
            IReadOnlyList<ResourceTag> tags;
            if (Find(arn) is { } machine)
                Put(machine with { Tags = tags = changed(machine.Tags) }, change);
            else if (FindActivity(arn) is { } activity)
                Put(activity with { Tags = tags = changed(activity.Tags) }, change);
            else
                throw ApiException.NoResource(arn);
            return tags;
        });

    private static IReadOnlyList<ResourceTag> Merged(IReadOnlyList<ResourceTag> present, IReadOnlyList<ResourceTag> added, string arn)
    {
        var values = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in present.Concat(added))
            values[tag.Key] = tag.Value;
        return values.Count <= MaxTags
            ? [.. values.Select(tag => new ResourceTag(tag.Key, tag.Value))]
            : throw new ApiException("TooManyTags", $"Too many tags: '{arn}' would have {values.Count}, the maximum is {MaxTags}.");
    }
}
