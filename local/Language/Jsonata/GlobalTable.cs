using Stateside.Language.Json;

namespace Stateside.Language.Jsonata;

/// <summary>The names an expression uses without binding them itself, numbered while it is compiled.</summary>
/// <param name="functions">The functions of the language, by name; null for a name that none has.</param>
internal sealed class GlobalTable(Func<string, JsonValue?> functions)
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

    public JsonValue? Function(string name) => functions(name);
}
