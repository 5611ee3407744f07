using System.Globalization;
using System.Numerics;
using Parquet.Data;
using Parquet.File.Values.Primitives;
using Parquet.Schema;
using Stateside.Language.Json;

namespace Stateside.Engine.Items;

/// <summary>
/// What the values of a Parquet column are in JSON. A timestamp is the number of milliseconds since 1970, as was seen on AWS; AWS's guide
/// does not say what others are: numbers are as Java prints them, dates and times of day as in ISO 8601, bytes in base 64.
/// </summary>
internal static class ParquetValues
{
    /// <summary>Gives a column's values by their place among those that are there.</summary>
    /// <param name="field">The column.</param>
    /// <param name="data">What was read of it.</param>
    public static Func<int, JsonValue> Of(DataField field, RawColumnData data) => data switch
    {
        RawColumnData<ReadOnlyMemory<char>> c => at => new JsonString(c.Values[at].ToString()),
        RawColumnData<bool> c => at => JsonValue.From(c.Values[at]),
        RawColumnData<sbyte> c => at => JsonValue.From((long)c.Values[at]),
        RawColumnData<byte> c => at => JsonValue.From((long)c.Values[at]),
        RawColumnData<short> c => at => JsonValue.From((long)c.Values[at]),
        RawColumnData<ushort> c => at => JsonValue.From((long)c.Values[at]),
        RawColumnData<int> c when field is TimeDataField => at => Time(TimeSpan.FromMilliseconds(c.Values[at])),
        RawColumnData<int> c => at => JsonValue.From((long)c.Values[at]),
        RawColumnData<uint> c => at => JsonValue.From((long)c.Values[at]),
        RawColumnData<long> c when field is TimeDataField { Precision: TimeUnitPrecision.Nanos } =>
            at => Time(new TimeSpan(c.Values[at] / 100)),
        RawColumnData<long> c when field is TimeDataField => at => Time(TimeSpan.FromMicroseconds(c.Values[at])),
        RawColumnData<long> c => at => JsonValue.From(c.Values[at]),
        RawColumnData<ulong> c => at => JsonNumber.Parse(c.Values[at].ToString(CultureInfo.InvariantCulture)),
        RawColumnData<BigInteger> c => at => JsonNumber.Parse(c.Values[at].ToString(CultureInfo.InvariantCulture)),
        RawColumnData<float> c => at => Number(Widened(c.Values[at])),
        RawColumnData<double> c => at => Number(c.Values[at]),
        RawColumnData<decimal> c => at => JsonNumber.Parse(c.Values[at].ToString(CultureInfo.InvariantCulture)),
        RawColumnData<BigDecimal> c => at => JsonNumber.Parse(Plain(c.Values[at])),
        RawColumnData<DateOnly> c => at => JsonValue.From(c.Values[at].ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        RawColumnData<DateTime> c when field is DateTimeDataField { DateTimeFormat: DateTimeFormat.Date } =>
            at => JsonValue.From(c.Values[at].ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        RawColumnData<DateTime> c => at => JsonValue.From((c.Values[at].Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond),
        RawColumnData<TimeOnly> c => at => Time(c.Values[at].ToTimeSpan()),
        RawColumnData<TimeSpan> c => at => Time(c.Values[at]),
        RawColumnData<Guid> c => at => JsonValue.From(c.Values[at].ToString()),
        RawColumnData<Interval> c => at => Period(c.Values[at]),
        RawColumnData<ReadOnlyMemory<byte>> c => at => JsonValue.From(Convert.ToBase64String(c.Values[at].Span)),
        _ => throw new NotSupportedException($"The column {field.Path} is of a type that is not known."),
    };

    private static JsonValue Number(double value)
    {
        var text = JavaNumber.Text(value);
        return double.IsFinite(value) ? JsonNumber.Parse(text) : JsonValue.From(text);
    }

    /// <summary>The double that has a float's few digits.</summary>
    private static double Widened(float value) => double.Parse(value.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static JsonValue Time(TimeSpan time) => JsonValue.From(
        time.ToString(time.Ticks % TimeSpan.TicksPerSecond == 0 ? "hh\\:mm\\:ss" : "hh\\:mm\\:ss\\.FFFFFFF", CultureInfo.InvariantCulture));

    private static JsonValue Period(Interval interval) => JsonValue.From(string.Create(
        CultureInfo.InvariantCulture, $"P{interval.Months}M{interval.Days}DT{interval.Millis / 1000m}S"));

    /// <summary>A decimal in all its digits, without an exponent.</summary>
    private static string Plain(BigDecimal value)
    {
        var digits = BigInteger.Abs(value.UnscaledValue).ToString(CultureInfo.InvariantCulture).PadLeft(value.Scale + 1, '0');
        var sign = value.UnscaledValue.Sign < 0 ? "-" : "";
        return value.Scale == 0 ? sign + digits : $"{sign}{digits[..^value.Scale]}.{digits[^value.Scale..]}";
    }
}
