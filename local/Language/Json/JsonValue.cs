using System.Text;

namespace Stateside.Language.Json;

/// <summary>The six kinds of JSON value.</summary>
public enum JsonKind
{
    /// <summary>The literal null.</summary>
    Null,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A string.</summary>
    String,

    /// <summary>An array.</summary>
    Array,

    /// <summary>An object.</summary>
    Object,
}

/// <summary>
/// One immutable JSON value. Values are shared freely: between states, events, threads and executions. Objects keep the order of
/// their members; a duplicate key keeps its first place and its last value.
/// </summary>
/// <remarks>
/// A value that was read as a whole text may keep that text (<see cref="JsonReader.Parse(string, bool)"/>): the service echoes what
/// a caller sent byte for byte as long as it flows through states unchanged, while anything derived is written compactly.
/// </remarks>
public abstract class JsonValue : IEquatable<JsonValue>
{
    private string? _text;
    private sbyte _foreignNumbers;
    private ushort _depth;

    private protected JsonValue()
    {
    }

    /// <summary>The literal null.</summary>
    public static JsonValue Null => JsonNull.Instance;

    /// <summary>The literal true.</summary>
    public static JsonBoolean True => JsonBoolean.TrueInstance;

    /// <summary>The literal false.</summary>
    public static JsonBoolean False => JsonBoolean.FalseInstance;

    /// <summary>What kind of value this is.</summary>
    public abstract JsonKind Kind { get; }

    /// <summary>The text of this value: the caller's own where it was kept, else compact JSON. Made at most once.</summary>
    public string Text => _text ??= JsonWriter.Compact(this);

    /// <summary>The text as a message tells it: all of it, unless it is longer than any value that a state is given or gives.</summary>
    internal string Told => Utf8Length <= MostTold ? Text : this switch
    {
        JsonArray => "[…]",
        JsonObject => "{…}",
        _ => $"{Text.AsSpan(0, MostTold / 4)}…",
    };

    /// <summary>Whether <see cref="Text"/> is the caller's own and may be laid out in any way.</summary>
    internal bool HasSourceText { get; private set; }

    /// <summary>Whether a number in it is written otherwise than an evaluation of JSONata by the service would write it.</summary>
    internal bool HasForeignNumbers
    {
        get
        {
            // One byte, 0 for not yet known: threads that share the value see the whole answer or none.
            if (_foreignNumbers == 0)
                _foreignNumbers = (sbyte)(FindForeignNumbers() ? 1 : -1);
            return _foreignNumbers > 0;
        }
    }

    /// <summary>
    /// Whether arrays and objects are nested in it more deeply than in any text that is read. A state machine can wrap a value over and
    /// over; what is deeper could not be read again, and in the end not be walked.
    /// </summary>
    internal bool IsTooDeep =>
        (HasSourceText ? _text!.Length : CompactLength) > 2 * JsonReader.MaxDepth && Depth > JsonReader.MaxDepth;

    /// <summary>
    /// The number of UTF-8 bytes of this value's compact text, which never holds the caller's layout. A value that holds others many times
    /// over may have a longer text than any: its number is the greatest.
    /// </summary>
    internal abstract int CompactLength { get; }

    /// <summary>
    /// About how many bytes of memory it takes with all that it holds, its text left out. What stands in it in two places counts twice.
    /// </summary>
    internal abstract int HeldBytes { get; }

    /// <summary>What an object of .NET takes for a value that holds a few fields.</summary>
    private protected const int OwnBytes = 56;

    /// <summary>What a text takes besides its characters.</summary>
    private protected const int TextBytes = 24;

    private const int MostTold = 1 << 20;

    /// <summary>The number of UTF-8 bytes of <see cref="Text"/>.</summary>
    internal int Utf8Length => HasSourceText ? Encoding.UTF8.GetByteCount(_text!) : CompactLength;

    /// <summary>A string value, or null for a null string.</summary>
    /// <param name="value">The string.</param>
    /// <returns>The value.</returns>
    public static JsonValue From(string? value) => value is null ? Null : new JsonString(value);

    /// <summary>A Boolean value.</summary>
    /// <param name="value">true or false.</param>
    /// <returns>The value.</returns>
    public static JsonBoolean From(bool value) => value ? True : False;

    /// <summary>A whole number.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The value.</returns>
    public static JsonNumber From(long value) => JsonNumber.Of(value);

    /// <summary>A number.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>The value.</returns>
    public static JsonNumber From(double value) => JsonNumber.Of(value);

    /// <summary>Two values are equal when they mean the same: numbers by value, objects whatever the order of their members.</summary>
    /// <param name="other">The other value.</param>
    /// <returns>Whether they mean the same.</returns>
    public abstract bool Equals(JsonValue? other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => obj is JsonValue other && Equals(other);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

    /// <summary>The same as <see cref="Text"/>.</summary>
    /// <returns>The text.</returns>
    public sealed override string ToString() => Text;

    /// <summary>This value, made to answer with a text of the caller's. The text must mean the same value.</summary>
    /// <param name="text">The text that was read.</param>
    internal void KeepSourceText(string text)
    {
        _text = text;
        HasSourceText = true;
    }

    /// <summary>This value without the caller's own layout: itself when it has none, else a copy that prints compactly.</summary>
    /// <returns>A value equal to this one.</returns>
    internal JsonValue WithoutSourceText() => HasSourceText ? Copy() : this;

    /// <summary>An equal value of its own, which prints compactly.</summary>
    /// <returns>The copy; the value itself where it can carry no text.</returns>
    internal abstract JsonValue Copy();

    /// <summary>What <see cref="HasForeignNumbers"/> says, found out.</summary>
    private protected virtual bool FindForeignNumbers() => false;

    /// <summary>How many arrays and objects are open at its deepest place.</summary>
    private protected int Depth
    {
        get
        {
            if (_depth == 0)
                _depth = (ushort)Math.Min(FindDepth(), ushort.MaxValue);
            return _depth;
        }
    }

    private protected virtual int FindDepth() => 0;

    private protected static int DepthAround(ReadOnlySpan<JsonValue> values)
    {
        var deepest = 0;
        foreach (var value in values)
            deepest = Math.Max(deepest, value.Depth);
        return deepest + 1;
    }
}

/// <summary>The literal null.</summary>
public sealed class JsonNull : JsonValue
{
    internal static readonly JsonNull Instance = new();

    private JsonNull()
    {
    }

    /// <inheritdoc/>
    public override JsonKind Kind => JsonKind.Null;

    /// <inheritdoc/>
    internal override int CompactLength => 4;

    /// <inheritdoc/>
    internal override int HeldBytes => 0;

    /// <inheritdoc/>
    public override bool Equals(JsonValue? other) => other is JsonNull;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;

    internal override JsonValue Copy() => this;
}

/// <summary>true or false.</summary>
public sealed class JsonBoolean : JsonValue
{
    internal static readonly JsonBoolean TrueInstance = new(true);
    internal static readonly JsonBoolean FalseInstance = new(false);

    private JsonBoolean(bool value) => Value = value;

    /// <summary>The value.</summary>
    public bool Value { get; }

    /// <inheritdoc/>
    public override JsonKind Kind => JsonKind.Boolean;

    /// <inheritdoc/>
    internal override int CompactLength => Value ? 4 : 5;

    /// <inheritdoc/>
    internal override int HeldBytes => 0;

    /// <inheritdoc/>
    public override bool Equals(JsonValue? other) => other is JsonBoolean b && b.Value == Value;

    /// <inheritdoc/>
    public override int GetHashCode() => Value ? 1 : 2;

    internal override JsonValue Copy() => this;
}

/// <summary>A string.</summary>
public sealed class JsonString : JsonValue
{
    private int _compactLength;

    /// <summary>A string value.</summary>
    /// <param name="value">The characters; a lone surrogate is written as U+FFFD.</param>
    public JsonString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Value = value;
    }

    /// <summary>The characters.</summary>
    public string Value { get; }

    /// <inheritdoc/>
    public override JsonKind Kind => JsonKind.String;

    /// <inheritdoc/>
    internal override int CompactLength => _compactLength != 0 ? _compactLength : _compactLength = JsonWriter.QuotedLength(Value);

    /// <inheritdoc/>
    internal override int HeldBytes => (int)Math.Min(OwnBytes + TextBytes + (2L * Value.Length), int.MaxValue);

    /// <inheritdoc/>
    public override bool Equals(JsonValue? other) => other is JsonString s && s.Value == Value;

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    internal override JsonValue Copy() => new JsonString(Value);
}
