namespace Stateside.Language.Jsonata;

/// <summary>What an expression refers to.</summary>
internal enum JsonataReferenceKind
{
    /// <summary>A variable that the expression does not bind itself, such as <c>$total</c> or <c>$states.input</c>.</summary>
    Variable,

    /// <summary><c>$</c> or <c>$$</c> where no path, function or filter gives it a meaning: the input document.</summary>
    Document,

    /// <summary>A field name, <c>*</c>, <c>**</c> or <c>%</c> that is looked up in the input document.</summary>
    Field,

    /// <summary>A call of <c>$eval</c>, which Step Functions refuses.</summary>
    Eval,
}

/// <summary>One reference in an expression.</summary>
/// <param name="Kind">What kind it is.</param>
/// <param name="Name">
/// The name: of a variable without its dollar sign; of <see cref="JsonataReferenceKind.Document"/> <c>$</c> or <c>$$</c>; of a field its
/// name or <c>*</c>, <c>**</c>, <c>%</c>.
/// </param>
/// <param name="Fields">The field names that directly follow a variable: of <c>$states.input.a</c> these are <c>input</c> and <c>a</c>.</param>
/// <param name="Position">The offset in the expression at which the reference starts.</param>
internal sealed record JsonataReference(JsonataReferenceKind Kind, string Name, IReadOnlyList<string> Fields, int Position);
