namespace Stateside.Language.Templates;

/// <summary>What kind of value a field wants of its expression.</summary>
internal enum JsonataExpectation
{
    Any,
    Boolean,
    String,
    Number,
    Array,
}
