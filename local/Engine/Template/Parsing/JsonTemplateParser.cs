using System.Text;
using System.Text.Json;
using Stateside.Language.Json;

namespace Stateside.Engine.Template.Parsing;

/// <summary>Reads JSON text into nodes that know their places.</summary>
internal ref struct JsonTemplateParser
{
    private readonly string _file;
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly DiagnosticLog _log;
    private Utf8JsonReader _reader;
    private int _offset;
    private int _line = 1;
    private int _column = 1;

    private JsonTemplateParser(string file, ReadOnlySpan<byte> utf8, DiagnosticLog log)
    {
        _file = file;
        _utf8 = utf8;
        _log = log;
        _reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = JsonReader.MaxDepth });
    }

    /// <summary>Reads one value.</summary>
    /// <param name="file">The path for places.</param>
    /// <param name="text">The text.</param>
    /// <param name="log">Takes duplicate keys.</param>
    /// <exception cref="TemplateException">The text is not JSON.</exception>
    public static TemplateNode Parse(string file, string text, DiagnosticLog log)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        try
        {
            // The project's one reader of JSON decides what is JSON and where it stops being so.
            _ = JsonReader.Parse(utf8);
        }
        catch (JsonSyntaxException e)
        {
            throw new TemplateException(new(file, e.Line, e.Column), e.Problem);
        }

        var parser = new JsonTemplateParser(file, utf8, log);
        parser._reader.Read();
        return parser.Value();
    }

    private TemplateNode Value()
    {
        var place = Here();
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Map(place);
            case JsonTokenType.StartArray:
                var items = new List<TemplateNode>();
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
                    items.Add(Value());
                return new ListNode(place, items);
            default:
                return new ScalarNode(place, JsonReader.Read(ref _reader));
        }
    }

    private MapNode Map(TemplatePlace place)
    {
        var members = new MemberList();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var key = _reader.GetString()!;
            var keyPlace = Here();
            _reader.Read();
            var value = Value();
            if (!members.Set(new(key, keyPlace, value)))
                _log.Warn(keyPlace, $"The key '{key}' stands twice in one object; the last one counts.", "Remove one of them.");
        }

        return new MapNode(place, members.All);
    }

    /// <summary>Where the token stands that was read last. Tokens come in order, so each is counted from the one before.</summary>
    private TemplatePlace Here()
    {
        var between = _utf8[_offset..(int)_reader.TokenStartIndex];
        if (between.LastIndexOf((byte)'\n') is >= 0 and var end)
        {
            _line += between.Count((byte)'\n');
            _column = 1;
            between = between[(end + 1)..];
        }

        _column += Encoding.UTF8.GetCharCount(between);
        _offset = (int)_reader.TokenStartIndex;
        return new(_file, _line, _column);
    }
}
