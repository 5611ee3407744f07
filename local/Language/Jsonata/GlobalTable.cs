using Stateside.Language.Json;
using Stateside.Language.Jsonata.Functions;

namespace Stateside.Language.Jsonata;

/// <summary>The names an expression uses without binding them itself, numbered while it is compiled.</summary>
internal sealed class GlobalTable(JsonataDialect dialect)
{
    private readonly List<string> _names = [];

    public int Count => _names.Count;

    public string this[int index] => _names[index];

    public int IndexOf(string name)
    {
        var at = _names.IndexOf(name);
        if (at >= 0)
            return at;
        _names.Add(name);
        return _names.Count - 1;
    }

    public JsonValue? Function(string name) => FunctionLibrary.Of(dialect).GetValueOrDefault(name);
}
