using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Jsonata;

/// <summary>
/// The declared parameters of a function, such as <c>&lt;s-nn?:s&gt;</c>: what each call's arguments are checked against.
/// See https://docs.jsonata.org/programming#function-signatures.
/// </summary>
internal sealed class Signature
{
    private readonly Parameter[] _parameters;

    private Signature(Parameter[] parameters)
    {
        _parameters = parameters;
        UsesContext = Array.Exists(parameters, parameter => parameter.FromContext);
    }

    /// <summary>How many parameters there are.</summary>
    public int Count => _parameters.Length;

    /// <summary>Whether a missing argument is taken from the context.</summary>
    public bool UsesContext { get; }

    public static Signature Parse(string text, int position = 0)
    {
        var parameters = new List<Parameter>();
        for (var at = 1; at < text.Length && text[at] != ':'; at++)
        {
            var last = parameters.Count > 0 ? parameters[^1] : null;
            switch (text[at])
            {
                case 's' or 'n' or 'b' or 'l' or 'o':
                    parameters.Add(new Parameter(text[at], $"{text[at]}m"));
                    break;
                case 'a' or 'x':
                    parameters.Add(new Parameter(text[at], "asnblfom"));
                    break;
                case 'f':
                    parameters.Add(new Parameter('f', "f"));
                    break;
                case 'j':
                    parameters.Add(new Parameter('j', "asnblom"));
                    break;
                case '-' when last is not null:
                    last.FromContext = true;
                    last.Optional = true;
                    break;
                case '?' when last is not null:
                    last.Optional = true;
                    break;
                case '+' when last is not null:
                    last.Repeated = true;
                    break;
                case '(':
                    var end = Closing(text, at, '(', ')');
                    var choice = text[(at + 1)..Math.Min(end, text.Length)];
                    if (choice.Contains('<', StringComparison.Ordinal))
                        throw new JsonataException("S0402") { Position = position + at, Value = new JsonString(choice) };
                    parameters.Add(new Parameter('(', choice + "m"));
                    at = end;
                    break;
                case '<':
                    if (last is not { Type: 'a' or 'f' })
                        throw new JsonataException("S0401") { Position = position + at, Value = last is null ? null : new JsonString($"{last.Type}") };
                    end = Closing(text, at, '<', '>');
                    last.ItemType = text[(at + 1)..Math.Min(end, text.Length)];
                    at = end;
                    break;
            }
        }

        return new Signature([.. parameters]);
    }

    /// <summary>The arguments as the function wants them: missing ones taken from the context, single values made arrays.</summary>
    public JsonValue?[] Validate(JsonValue?[] arguments, JsonValue? context)
    {
        // The commonest shapes need no matching: as many arguments as parameters, each fitting its own.
        if (arguments.Length == _parameters.Length && FitsOneToOne(arguments))
        {
            for (var i = 0; i < arguments.Length; i++)
            {
                if (_parameters[i].Type == 'a')
                    arguments[i] = ToArray(arguments[i], _parameters[i], 1, i);
            }

            return arguments;
        }

        Span<int> counts = stackalloc int[_parameters.Length];
        if (!Match(arguments, 0, 0, counts))
            throw Mismatch(arguments);
        var result = new List<JsonValue?>(Math.Max(arguments.Length, _parameters.Length));
        var at = 0;
        for (var i = 0; i < _parameters.Length; i++)
        {
            var parameter = _parameters[i];
            if (counts[i] == 0 && parameter.FromContext)
            {
                result.Add(parameter.Allows(TypeOf(context)) ? context : throw new JsonataException("T0411") { Value = context, Index = at + 1 });
            }
            else if (counts[i] == 0)
            {
                // As in the reference, a parameter left out takes the argument's place all the same.
                result.Add(at < arguments.Length ? arguments[at] : null);
                at++;
            }
            else
            {
                for (var n = 0; n < counts[i]; n++, at++)
                {
                    var argument = at < arguments.Length ? arguments[at] : null;
                    result.Add(parameter.Type == 'a' ? ToArray(argument, parameter, counts[i], at) : argument);
                }
            }
        }

        return [.. result];
    }

    /// <summary>The counterpart of <see cref="Validate"/>.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="context">What the context is.</param>
    /// <param name="validated">The arguments as the function wants them; null when that cannot be told.</param>
    /// <returns>Whether the function may take them at all.</returns>
    public bool TryValidate(ShapeValue[] arguments, ShapeValue context, out ShapeValue[]? validated)
    {
        validated = null;
        if (arguments.Length == _parameters.Length && !Array.Exists(_parameters, parameter => parameter.Repeated))
        {
            // As many arguments as parameters: each must be its own.
            var own = new ShapeValue[arguments.Length];
            for (var i = 0; i < own.Length; i++)
            {
                own[i] = _parameters[i].Taken(arguments[i]);
                if (own[i].IsNever)
                    return false;
            }

            validated = own;
            return true;
        }

        Span<int> counts = stackalloc int[_parameters.Length];
        if (!Match(arguments, 0, 0, counts))
            return false;
        if (Array.Exists(arguments, argument => !Array.TrueForAll(_parameters, parameter => parameter.Allows(argument) is not null)))
            return true;
        var result = new List<ShapeValue>();
        var at = 0;
        for (var i = 0; i < _parameters.Length; i++)
        {
            if (counts[i] == 0 && _parameters[i].FromContext)
                result.Add(_parameters[i].Taken(context, wraps: false));
            else if (counts[i] == 0)
                result.Add(at < arguments.Length ? arguments[at++] : ShapeValue.Nothing);
            for (var n = 0; n < counts[i]; n++, at++)
                result.Add(at < arguments.Length ? _parameters[i].Taken(arguments[at]) : ShapeValue.Nothing);
        }

        if (result.Exists(value => value.IsNever))
            return false;
        validated = [.. result];
        return true;
    }

    private bool Match(ShapeValue[] arguments, int parameter, int at, Span<int> counts)
    {
        if (parameter == _parameters.Length)
            return at == arguments.Length;
        var one = _parameters[parameter];
        var most = 0;
        while (most < (one.Repeated ? arguments.Length - at : Math.Min(1, arguments.Length - at)) && one.Allows(arguments[at + most]) != false)
            most++;
        for (var n = most; n >= one.Least; n--)
        {
            counts[parameter] = n;
            if (Match(arguments, parameter + 1, at + n, counts))
                return true;
        }

        return false;
    }

    private static int Closing(string text, int start, char open, char close)
    {
        var depth = 1;
        for (var at = start + 1; at < text.Length; at++)
        {
            depth += text[at] == open ? 1 : text[at] == close ? -1 : 0;
            if (depth == 0)
                return at;
        }

        return text.Length;
    }

    private static char TypeOf(JsonValue? value) => value switch
    {
        null => 'm',
        JsonString => 's',
        JsonNumber => 'n',
        JsonArray or JsonataArray => 'a',
        JsonBoolean => 'b',
        JsonNull => 'l',
        Callable => 'f',
        _ => 'o',
    };

    private static string? Plural(string type) => type switch
    {
        "a" => "arrays",
        "b" => "booleans",
        "f" => "functions",
        "n" => "numbers",
        "o" => "objects",
        "s" => "strings",
        _ => null,
    };

    private static JsonValue? ToArray(JsonValue? argument, Parameter parameter, int matched, int index)
    {
        if (argument is null)
            return null;
        var isArray = Values.IsArray(argument);
        if (parameter.ItemType is { } itemType)
        {
            var fits = isArray || (matched == 1 && itemType.Length == 1 && TypeOf(argument) == itemType[0]);
            foreach (var item in Values.Items(argument))
                fits &= itemType.Length > 0 && TypeOf(item) == itemType[0];
            if (!fits)
                throw new JsonataException("T0412") { Value = argument, Index = index + 1, Detail = Plural(itemType) };
        }

        return isArray ? argument : JsonataArray.Of([argument]);
    }

    private bool FitsOneToOne(JsonValue?[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            // An optional parameter fits what is there before it is left out, and so does an undefined argument.
            if (_parameters[i].Repeated || !_parameters[i].Allows(TypeOf(arguments[i])))
                return false;
        }

        return true;
    }

    private bool Match(JsonValue?[] arguments, int parameter, int at, Span<int> counts)
    {
        if (parameter == _parameters.Length)
            return at == arguments.Length;
        var most = _parameters[parameter].MostAt(arguments, at);
        for (var n = most; n >= _parameters[parameter].Least; n--)
        {
            counts[parameter] = n;
            if (Match(arguments, parameter + 1, at + n, counts))
                return true;
        }

        return false;
    }

    private JsonataException Mismatch(JsonValue?[] arguments)
    {
        // Which argument is to blame: the one after the longest start that the parameters match one after the other.
        var good = 0;
        for (var upTo = 1; upTo <= _parameters.Length; upTo++)
        {
            var end = Prefix(arguments, upTo, 0, 0);
            if (end < 0)
                break;
            good = end;
        }

        return new JsonataException("T0410") { Value = good < arguments.Length ? arguments[good] : null, Index = good + 1 };
    }

    private int Prefix(JsonValue?[] arguments, int upTo, int parameter, int at)
    {
        if (parameter == upTo)
            return at;
        for (var n = _parameters[parameter].MostAt(arguments, at); n >= _parameters[parameter].Least; n--)
        {
            var end = Prefix(arguments, upTo, parameter + 1, at + n);
            if (end >= 0)
                return end;
        }

        return -1;
    }

    private sealed class Parameter(char type, string allowed)
    {
        public char Type { get; } = type;

        public string? ItemType { get; set; }

        public bool FromContext { get; set; }

        public bool Optional { get; set; }

        public bool Repeated { get; set; }

        public int Least => Optional ? 0 : 1;

        public bool Allows(char type) => allowed.Contains(type, StringComparison.Ordinal);

        private ShapeKinds Kinds => allowed.Aggregate(ShapeKinds.None, (kinds, type) => kinds | KindsOf(type));

        /// <summary>Whether a value fits, or never does; null when it may.</summary>
        public bool? Allows(ShapeValue value)
        {
            var fits = value.Shape.MayBe(Kinds) || (value.Function is not null && Allows('f'));
            var fails = (value.Shape.Kinds & ~Kinds) != 0 || (value.Function is not null && !Allows('f'));
            return fits && fails ? null : fits;
        }

        /// <summary>What a value is where the parameter takes it, made an array where it wants one.</summary>
        public ShapeValue Taken(ShapeValue value, bool wraps = true)
        {
            var taken = value with { Shape = value.Shape.Only(Kinds), Function = Allows('f') ? value.Function : null };
            if (Type != 'a' || !wraps)
                return taken;
            var single = taken.Without(ShapeKinds.List | ShapeKinds.Nothing);
            if (ItemType is { Length: 1 } itemType)
            {
                single = single with { Shape = single.Shape.Only(KindsOf(itemType[0])), Function = itemType == "f" ? single.Function : null };
                if (taken.Shape.List is { } list && list.First.Any(item => !item.IsAnything && !item.MayBe(KindsOf(itemType[0])) && itemType != "f"))
                    taken = taken.Without(ShapeKinds.List);
            }

            taken = taken with { Shape = taken.Shape.Only(ShapeKinds.List | ShapeKinds.Nothing), Function = null };
            return single.IsNever ? taken : taken.Join(single.ToList(1, 1));
        }

        private static ShapeKinds KindsOf(char type) => type switch
        {
            's' => ShapeKinds.Text,
            'n' => ShapeKinds.Number,
            'b' => ShapeKinds.Boolean,
            'l' => ShapeKinds.Null,
            'o' => ShapeKinds.Object,
            'a' => ShapeKinds.List,
            'm' => ShapeKinds.Nothing,
            _ => ShapeKinds.None,
        };

        public int MostAt(JsonValue?[] arguments, int at)
        {
            var most = Repeated ? arguments.Length - at : Math.Min(1, arguments.Length - at);
            var n = 0;
            while (n < most && Allows(TypeOf(arguments[at + n])))
                n++;
            return n;
        }
    }
}
