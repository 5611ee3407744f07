using Stateside.Language.Json;

namespace Stateside.Language.Jsonata;

/// <summary>The names an expression uses without binding them itself, numbered while it is compiled.</summary>
/// <param name="functions">The functions of the language, by name; null for a name that none has.</param>
internal sealed class GlobalTable(Func<string, JsonValue?> functions)
{
    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    public int Count => _names.Count;

    public string this[int index] => _names[index];

    public int IndexOf(string name)
    {
        if (_places.TryAdd(name, _names.Count))
            _names.Add(name);
        return _places[name];
    }

    public JsonValue? Function(string name) => functions(name);
}
