using Stateside.Language.Json;

namespace Stateside.Language.Intrinsics;

/// <summary>One of the 18 functions: its name, how many arguments it takes and what it does.</summary>
internal sealed class IntrinsicFunction
{
    private static readonly Dictionary<string, IntrinsicFunction> ByName = new IntrinsicFunction[]
    {
        new("States.Format", 1, int.MaxValue, TextIntrinsics.Format),
        new("States.StringToJson", 1, 1, TextIntrinsics.StringToJson),
        new("States.JsonToString", 1, 1, TextIntrinsics.JsonToString, "only a single argument is allowed."),
        new("States.StringSplit", 2, 2, TextIntrinsics.StringSplit),
        new("States.Base64Encode", 1, 1, TextIntrinsics.Base64Encode),
        new("States.Base64Decode", 1, 1, TextIntrinsics.Base64Decode),
        new("States.Hash", 2, 2, TextIntrinsics.Hash),
        new("States.UUID", 0, int.MaxValue, TextIntrinsics.Uuid),
        new("States.Array", 0, int.MaxValue, ArrayIntrinsics.Array),
        new("States.ArrayPartition", 2, 2, ArrayIntrinsics.Partition),
        new("States.ArrayContains", 2, 2, ArrayIntrinsics.Contains),
        new("States.ArrayRange", 3, 3, ArrayIntrinsics.Range),
        new("States.ArrayGetItem", 2, 2, ArrayIntrinsics.GetItem),
        new("States.ArrayLength", 1, 1, ArrayIntrinsics.Length),
        new("States.ArrayUnique", 1, 1, ArrayIntrinsics.Unique),
        new("States.JsonMerge", 3, 3, JsonIntrinsics.Merge),
        new("States.MathRandom", 2, 3, MathIntrinsics.Random),
        new("States.MathAdd", 2, 2, MathIntrinsics.Add),
    }.ToDictionary(function => function.Name, StringComparer.Ordinal);

    private readonly int _fewest;
    private readonly int _most;
    private readonly Func<IntrinsicArguments, JsonValue> _apply;
    private readonly string? _wrongNumber;

    private IntrinsicFunction(string name, int fewest, int most, Func<IntrinsicArguments, JsonValue> apply, string? wrongNumber = null)
    {
        Name = name;
        _fewest = fewest;
        _most = most;
        _apply = apply;
        _wrongNumber = wrongNumber;
    }

    public static IEnumerable<string> Names => ByName.Keys;

    public string Name { get; }

    public static IntrinsicFunction? Find(string name) => ByName.GetValueOrDefault(name);

    public bool Takes(int arguments) => arguments >= _fewest && arguments <= _most;

    public JsonValue Apply(IntrinsicArguments arguments) => _apply(arguments);

    public IntrinsicProblemException WrongNumberOfArguments() => InvalidArguments(_wrongNumber);

    public IntrinsicProblemException InvalidArguments(string? reason = null) =>
        new(reason is null ? $"Invalid arguments in {Name}" : $"Invalid arguments in {Name}: {reason}");
}
