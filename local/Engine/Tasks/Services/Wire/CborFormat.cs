using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Globalization;
using System.Numerics;
using System.Text;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services.Wire;

/// <summary>Smithy's RPC protocol in CBOR. See https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html.</summary>
internal static class CborFormat
{
    /// <summary>A request.</summary>
    public static WireRequest Write(ServiceAction action, JsonObject members)
    {
        var headers = new List<KeyValuePair<string, string>> { new("smithy-protocol", "rpc-v2-cbor") };
        if (action.Service.IsQueryCompatible)
            headers.Add(new("x-amzn-query-mode", "true"));
        headers.Add(new("Accept", "application/cbor"));
        var body = new CborWriter(CborConformanceMode.Lax);
        if (action.Input is { } input)
        {
            headers.Add(new("Content-Type", "application/cbor"));
            Write(body, input, members);
        }

        return new WireRequest(
            "POST", $"/service/{action.Service.Target}/operation/{action.Name}", headers, action.Input is null ? default : body.Encode());
    }

    /// <summary>What an answer says.</summary>
    /// <exception cref="FormatException">The answer is not CBOR.</exception>
    public static ServiceResponse Read(ServiceAction action, WireAnswer answer, string requestId)
    {
        requestId = answer.Header("x-amzn-RequestId") ?? requestId;
        if (!answer.IsSuccess)
            return new ServiceResponse.Refused(ReadError(answer, requestId));
        var members = JsonObject.Empty;
        try
        {
            if (action.Output is { } output && answer.Body.Length > 0)
                members = Read(Reader(answer), output, 0) as JsonObject ?? throw new CborContentException("It is no map.");
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException)
        {
            throw new FormatException("the answer is not CBOR.", e);
        }

        return new ServiceResponse.Answered(answer.Status, answer.Headers, members, requestId);
    }

    private static CborReader Reader(WireAnswer answer) => new(answer.Body, CborConformanceMode.Lax);

    private static void Write(CborWriter writer, ServiceShape shape, JsonValue value)
    {
        switch (value)
        {
            case JsonObject members when shape.Kind == ShapeKind.Structure:
                var known = members.Where(member => member.Value is not JsonNull && shape.Find(member.Key) is not null).ToArray();
                writer.WriteStartMap(known.Length);
                foreach (var (key, its) in known)
                {
                    writer.WriteTextString(key);
                    Write(writer, shape.Find(key)!.Shape, its);
                }

                writer.WriteEndMap();
                break;
            case JsonObject entries when shape.Kind == ShapeKind.Map:
                writer.WriteStartMap(entries.Count);
                foreach (var (key, its) in entries)
                {
                    writer.WriteTextString(key);
                    Write(writer, shape.Item, its);
                }

                writer.WriteEndMap();
                break;
            case JsonArray items when shape.Kind == ShapeKind.List:
                writer.WriteStartArray(items.Count);
                foreach (var item in items)
                    Write(writer, shape.Item, item);
                writer.WriteEndArray();
                break;
            case var _ when shape.Kind == ShapeKind.Timestamp && WireText.Time(value) is { } time:
                writer.WriteTag(CborTag.UnixTimeSeconds);
                var milliseconds = time.ToUnixTimeMilliseconds();
                if (milliseconds % 1000 == 0)
                    writer.WriteInt64(milliseconds / 1000);
                else
                    WriteFloat(writer, milliseconds / 1000.0, isDouble: true);
                break;
            case JsonString text when shape.Kind == ShapeKind.Blob:
                writer.WriteByteString(Convert.FromBase64String(text.Value));
                break;
            case JsonString { Value: "NaN" or "Infinity" or "-Infinity" } special when shape.Kind is ShapeKind.Float or ShapeKind.Double:
                writer.WriteHalf(Half.Parse(special.Value, CultureInfo.InvariantCulture));
                break;
            case JsonNumber number when shape.Kind is ShapeKind.Float or ShapeKind.Double:
                WriteFloat(writer, number.Double, shape.Kind == ShapeKind.Double);
                break;
            case JsonNumber number
                when long.TryParse(WireText.Of(shape, number, ""), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole):
                writer.WriteInt64(whole);
                break;
            case JsonNumber number:
                WriteFloat(writer, number.Double, isDouble: true);
                break;
            case JsonBoolean boolean:
                writer.WriteBoolean(boolean.Value);
                break;
            case JsonString text:
                writer.WriteTextString(text.Value);
                break;
            case JsonNull:
                writer.WriteNull();
                break;
            default:
                writer.WriteTextString(JsonWriter.Compact(value));
                break;
        }
    }

    /// <summary>A number in all the bytes of its shape; the writer by itself takes the fewest that hold it.</summary>
    private static void WriteFloat(CborWriter writer, double value, bool isDouble)
    {
        Span<byte> bytes = stackalloc byte[1 + sizeof(double)];
        if (isDouble)
        {
            bytes[0] = 0xFB;
            BinaryPrimitives.WriteDoubleBigEndian(bytes[1..], value);
            writer.WriteEncodedValue(bytes);
            return;
        }

        bytes[0] = 0xFA;
        BinaryPrimitives.WriteSingleBigEndian(bytes[1..], (float)value);
        writer.WriteEncodedValue(bytes[..(1 + sizeof(float))]);
    }

    /// <summary>The next value; null when it is null or nothing that the shape could be.</summary>
    private static JsonValue? Read(CborReader reader, ServiceShape shape, int depth)
    {
        if (depth > JsonReader.MaxDepth)
            throw new CborContentException("It is too deep.");
        switch (reader.PeekState())
        {
            case CborReaderState.StartMap when shape.Kind is ShapeKind.Structure or ShapeKind.Map:
                return ReadMap(reader, shape, depth);
            case CborReaderState.StartArray when shape.Kind == ShapeKind.List:
                var items = new List<JsonValue>();
                reader.ReadStartArray();
                while (reader.PeekState() != CborReaderState.EndArray)
                    items.Add(Read(reader, shape.Item, depth + 1) ?? JsonValue.Null);
                reader.ReadEndArray();
                return JsonArray.Of(items);
            case CborReaderState.Tag:
                reader.ReadTag();
                return Read(reader, shape, depth + 1);
            case CborReaderState.UnsignedInteger:
                return ReadNumber(shape, reader.ReadUInt64());
            case CborReaderState.NegativeInteger:
                return ReadNumber(shape, BigInteger.MinusOne - reader.ReadCborNegativeIntegerRepresentation());
            case CborReaderState.HalfPrecisionFloat or CborReaderState.SinglePrecisionFloat or CborReaderState.DoublePrecisionFloat:
                var number = reader.ReadDouble();
                if (shape.Kind == ShapeKind.Timestamp && WireText.Time(number) is { } time)
                    return ApiTime.Of(time);
                return double.IsFinite(number) ? JsonNumber.Of(number) : JsonValue.From(number.ToString(CultureInfo.InvariantCulture));
            case CborReaderState.TextString or CborReaderState.StartIndefiniteLengthTextString:
                return JsonValue.From(reader.ReadTextString());
            case CborReaderState.ByteString or CborReaderState.StartIndefiniteLengthByteString:
                return JsonValue.From(Convert.ToBase64String(reader.ReadByteString()));
            case CborReaderState.Boolean:
                return JsonValue.From(reader.ReadBoolean());
            default:
                reader.SkipValue();
                return null;
        }
    }

    private static JsonObject ReadMap(CborReader reader, ServiceShape shape, int depth)
    {
        var members = new JsonObject.Builder();
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            var key = reader.ReadTextString();
            if ((shape.Kind == ShapeKind.Map ? shape.Item : shape.Find(key)?.Shape) is not { } its)
                reader.SkipValue();
            else if (Read(reader, its, depth + 1) is { } value)
                members.Set(key, value);
        }

        reader.ReadEndMap();
        return members.ToObject();
    }

    private static JsonValue ReadNumber(ServiceShape shape, BigInteger number)
    {
        if (shape.Kind == ShapeKind.Timestamp && WireText.Time((double)number) is { } time)
            return ApiTime.Of(time);
        return JsonNumber.Parse(number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Why the service refused: its code and its sentence are members of a map.</summary>
    private static ServiceError ReadError(WireAnswer answer, string requestId)
    {
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = Reader(answer);
        var isCbor = true;
        try
        {
            reader.ReadStartMap();
            while (reader.PeekState() != CborReaderState.EndMap)
            {
                var key = reader.ReadTextString();
                if (reader.PeekState() is CborReaderState.TextString or CborReaderState.StartIndefiniteLengthTextString)
                    told[key] = reader.ReadTextString();
                else
                    reader.SkipValue();
            }
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException)
        {
            isCbor = false;
        }

        var code = told.GetValueOrDefault("__type") ?? answer.Status.ToString(CultureInfo.InvariantCulture);
        var message = told.GetValueOrDefault("message") ?? told.GetValueOrDefault("Message")
            ?? (isCbor || answer.Body.Length == 0 ? $"HTTP status {answer.Status}" : Encoding.UTF8.GetString(answer.Body));
        return new ServiceError(ServiceHttp.PlainCode(code), message, answer.Status, requestId)
        {
            QueryCode = answer.Header("x-amzn-query-error")?.Split(';')[0],
        };
    }
}
