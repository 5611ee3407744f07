using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Intrinsics;

/// <summary>One of the 18 functions: its name, how many arguments it takes and what it does.</summary>
internal sealed class IntrinsicFunction
{
    private static readonly Dictionary<string, IntrinsicFunction> ByName = new IntrinsicFunction[]
    {
        new("States.Format", 1, int.MaxValue, TextIntrinsics.Format, IntrinsicShapes.Format),
        new("States.StringToJson", 1, 1, TextIntrinsics.StringToJson, IntrinsicShapes.StringToJson),
        new("States.JsonToString", 1, 1, TextIntrinsics.JsonToString, IntrinsicShapes.JsonToString, "only a single argument is allowed."),
        new("States.StringSplit", 2, 2, TextIntrinsics.StringSplit, IntrinsicShapes.StringSplit),
        new("States.Base64Encode", 1, 1, TextIntrinsics.Base64Encode, IntrinsicShapes.Base64),
        new("States.Base64Decode", 1, 1, TextIntrinsics.Base64Decode, IntrinsicShapes.Base64),
        new("States.Hash", 2, 2, TextIntrinsics.Hash, IntrinsicShapes.Hash),
        new("States.UUID", 0, int.MaxValue, TextIntrinsics.Uuid, IntrinsicShapes.Uuid),
        new("States.Array", 0, int.MaxValue, ArrayIntrinsics.Array, IntrinsicShapes.Array),
        new("States.ArrayPartition", 2, 2, ArrayIntrinsics.Partition, IntrinsicShapes.Partition),
        new("States.ArrayContains", 2, 2, ArrayIntrinsics.Contains, IntrinsicShapes.Contains),
        new("States.ArrayRange", 3, 3, ArrayIntrinsics.Range, IntrinsicShapes.Range),
        new("States.ArrayGetItem", 2, 2, ArrayIntrinsics.GetItem, IntrinsicShapes.GetItem),
        new("States.ArrayLength", 1, 1, ArrayIntrinsics.Length, IntrinsicShapes.Length),
        new("States.ArrayUnique", 1, 1, ArrayIntrinsics.Unique, IntrinsicShapes.Unique),
        new("States.JsonMerge", 3, 3, JsonIntrinsics.Merge, IntrinsicShapes.Merge),
        new("States.MathRandom", 2, 3, MathIntrinsics.Random, IntrinsicShapes.Numbers),
        new("States.MathAdd", 2, 2, MathIntrinsics.Add, IntrinsicShapes.Numbers),
    }.ToDictionary(function => function.Name, StringComparer.Ordinal);

    private readonly int _fewest;
    private readonly int _most;
    private readonly Func<IntrinsicArguments, JsonValue> _apply;
    private readonly Func<IntrinsicShapes, Shape> _shapeOf;
    private readonly string? _wrongNumber;

    private IntrinsicFunction(
        string name, int fewest, int most, Func<IntrinsicArguments, JsonValue> apply, Func<IntrinsicShapes, Shape> shapeOf, string? wrongNumber = null)
    {
        Name = name;
        _fewest = fewest;
        _most = most;
        _apply = apply;
        _shapeOf = shapeOf;
        _wrongNumber = wrongNumber;
    }

    public static IEnumerable<string> Names => ByName.Keys;

    public string Name { get; }

    public static IntrinsicFunction? Find(string name) => ByName.GetValueOrDefault(name);

    public bool Takes(int arguments) => arguments >= _fewest && arguments <= _most;

    public JsonValue Apply(IntrinsicArguments arguments) => _apply(arguments);

    public Shape ShapeOf(IntrinsicShapes arguments) => _shapeOf(arguments);

    public IntrinsicProblemException WrongNumberOfArguments() => InvalidArguments(_wrongNumber);

    public IntrinsicProblemException InvalidArguments(string? reason = null) =>
        new(reason is null ? $"Invalid arguments in {Name}" : $"Invalid arguments in {Name}: {reason}");
}
