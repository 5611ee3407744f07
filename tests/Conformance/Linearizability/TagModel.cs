namespace Stateside.Conformance.Linearizability;

/// <summary>
/// The tags of a resource, written as <c>a=1,b=2</c> in the order of their keys. Answers: <c>tag</c> and <c>untag</c> that they are <c>done</c>,
/// <c>list</c> all tags.
/// </summary>
internal sealed class TagModel : Model<string>
{
    public override string Initial => "";

    public override IEnumerable<string> After(string state, Call call) => (call.Operation, call.Answer) switch
    {
        ("tag", null or "done") => [With(state, call.Argument.Split(','))],
        ("untag", null or "done") => [Written(Tags(state).Where(tag => !call.Argument.Split(',').Contains(Key(tag))))],
        ("list", var answer) when answer == state => [state],
        _ => [],
    };

    /// <summary>Tags as they are written here.</summary>
    public static string Written(IEnumerable<string> tags) => string.Join(',', tags.Order(StringComparer.Ordinal));

    private static string With(string state, string[] tags) => Written(Tags(state).Where(tag => !tags.Select(Key).Contains(Key(tag))).Concat(tags));

    private static string[] Tags(string state) => state.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static string Key(string tag) => tag.Split('=')[0];
}
