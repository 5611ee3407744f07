using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Stateside.Service.Console.Pages;

/// <summary>
/// A piece of HTML. What is written out in a template is markup; whatever is put into it is text and escaped, unless it is such a piece
/// itself: <c>Html.Of($"&lt;b&gt;{name}&lt;/b&gt;")</c>. Attributes stand in double quotes.
/// </summary>
internal sealed class Html
{
    private readonly string _markup;

    private Html(string markup) => _markup = markup;

    /// <summary>Nothing.</summary>
    public static Html Empty { get; } = new("");

    /// <summary>A piece of markup with texts in it.</summary>
    public static Html Of(HtmlTemplate template) => new(template.Markup);

    /// <summary>Pieces one behind the other.</summary>
    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece._markup)));

    /// <summary>Markup that was made elsewhere, by code of ours that escapes what it is given.</summary>
    public static Html Trusted(string markup) => new(markup);

    public override string ToString() => _markup;
}

/// <summary>Puts a template together. There is no way to put in anything but pieces, texts and numbers.</summary>
[InterpolatedStringHandler]
internal readonly ref struct HtmlTemplate(int literalLength, int formattedCount)
{
    private readonly StringBuilder _html = new(literalLength + (formattedCount * 24));

    public string Markup => _html.ToString();

    public void AppendLiteral(string markup) => _html.Append(markup);

    public void AppendFormatted(Html? piece) => _html.Append(piece);

    public void AppendFormatted(IEnumerable<Html> pieces)
    {
        foreach (var piece in pieces)
            _html.Append(piece);
    }

    public void AppendFormatted(long number) => _html.Append(CultureInfo.InvariantCulture, $"{number}");

    public void AppendFormatted(string? text)
    {
        foreach (var c in text ?? "")
        {
            _ = c switch
            {
                '&' => _html.Append("&amp;"),
                '<' => _html.Append("&lt;"),
                '>' => _html.Append("&gt;"),
                '"' => _html.Append("&quot;"),
                '\'' => _html.Append("&#39;"),
                '\r' => _html.Append("&#13;"),

                // What HTML has no way to write.
                < ' ' and not ('\t' or '\n') => _html.Append('\uFFFD'),
                _ => _html.Append(c),
            };
        }
    }
}
