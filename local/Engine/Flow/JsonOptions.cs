using System.Text.Json;

namespace Stateside.Engine.Flow;

/// <summary>
/// What a serializer's options say that decides what JSON looks like; as Lambda's serializer has them where nobody says otherwise.
/// </summary>
internal sealed record JsonOptions
{
    private const string Policy = "JsonNamingPolicy.";

    /// <summary>How members are named; null as in C#.</summary>
    public JsonNamingPolicy? Naming { get; init; }

    /// <summary>Whether names are read in upper and lower case alike.</summary>
    public bool IgnoresCase { get; init; } = true;

    /// <summary>When members are not written.</summary>
    public JsonIgnore Ignore { get; init; } = JsonIgnore.WhenWritingNull;

    /// <summary>Whether fields are members too.</summary>
    public bool IncludesFields { get; init; }

    /// <summary>Whether enumerations are written as texts.</summary>
    public bool HasTextEnums { get; init; }

    /// <summary>How enumerations written as texts are named; null as in C#.</summary>
    public JsonNamingPolicy? EnumNaming { get; init; }

    /// <summary>How numbers may be texts: the bits of JsonNumberHandling.</summary>
    public int Numbers { get; init; }

    /// <summary>Whether a member that a type does not have is an error.</summary>
    public bool RefusesUnknown { get; init; }

    /// <summary>Whether null is refused where C# says that there is none.</summary>
    public bool RespectsNullness { get; init; }

    /// <summary>Whether a parameter of a constructor without a default must be there.</summary>
    public bool RequiresParameters { get; init; }

    /// <summary>The same with an option of JsonSerializerOptions, or of a context's JsonSourceGenerationOptions.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="value">A number, true, false, null or a naming policy as <see cref="PolicyOf(string)"/> takes it.</param>
    /// <returns>The options; null where it is not known what comes of it.</returns>
    public JsonOptions? With(string name, object? value) => (name, value) switch
    {
        ("PropertyNamingPolicy", null) => this with { Naming = null },
        ("PropertyNamingPolicy", string policy) when PolicyOf(policy) is { } naming => this with { Naming = naming },
        ("PropertyNamingPolicy", int known) when known is >= 0 and <= 5 => this with { Naming = PolicyOf(known) },
        ("PropertyNameCaseInsensitive", int ignores) => this with { IgnoresCase = ignores != 0 },
        ("DefaultIgnoreCondition", int condition) => this with { Ignore = (JsonIgnore)condition },
        ("IncludeFields", int includes) => this with { IncludesFields = includes != 0 },
        ("UseStringEnumConverter", int uses) => this with { HasTextEnums = uses != 0 },
        ("NumberHandling", int numbers) => this with { Numbers = numbers },
        ("UnmappedMemberHandling", int handling) => this with { RefusesUnknown = handling != 0 },
        ("RespectNullableAnnotations", int respects) => this with { RespectsNullness = respects != 0 },
        ("RespectRequiredConstructorParameters", int respects) => this with { RequiresParameters = respects != 0 },
        ("WriteIndented" or "MaxDepth" or "AllowTrailingCommas" or "ReadCommentHandling" or "DefaultBufferSize" or "GenerationMode" or "Encoder"
            or "DictionaryKeyPolicy" or "NewLine" or "IndentSize" or "AllowOutOfOrderMetadataProperties", _) => this,
        _ => null,
    };

    /// <summary>The policy that a static property of JsonNamingPolicy gives; null when there is none of that name.</summary>
    public static JsonNamingPolicy? PolicyOf(string property) => property switch
    {
        $"{Policy}{nameof(JsonNamingPolicy.CamelCase)}" => JsonNamingPolicy.CamelCase,
        $"{Policy}{nameof(JsonNamingPolicy.SnakeCaseLower)}" => JsonNamingPolicy.SnakeCaseLower,
        $"{Policy}{nameof(JsonNamingPolicy.SnakeCaseUpper)}" => JsonNamingPolicy.SnakeCaseUpper,
        $"{Policy}{nameof(JsonNamingPolicy.KebabCaseLower)}" => JsonNamingPolicy.KebabCaseLower,
        $"{Policy}{nameof(JsonNamingPolicy.KebabCaseUpper)}" => JsonNamingPolicy.KebabCaseUpper,
        _ => null,
    };

    private static JsonNamingPolicy? PolicyOf(int known) => known switch
    {
        1 => JsonNamingPolicy.CamelCase,
        2 => JsonNamingPolicy.SnakeCaseLower,
        3 => JsonNamingPolicy.SnakeCaseUpper,
        4 => JsonNamingPolicy.KebabCaseLower,
        5 => JsonNamingPolicy.KebabCaseUpper,
        _ => null,
    };
}

/// <summary>When a member is passed over, with the numbers of JsonIgnoreCondition.</summary>
internal enum JsonIgnore
{
    Never,
    Always,
    WhenWritingDefault,
    WhenWritingNull,
    WhenWriting,
    WhenReading,
}
