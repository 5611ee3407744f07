using System.Globalization;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Templates;

namespace Stateside.Language.Definitions;

/// <summary>Turns fields that hold one value (written out, or looked up) into what they mean, with AWS's words for what they cannot.</summary>
internal static class FieldValues
{
    /// <summary>The longest Wait in seconds.</summary>
    public const long MaxWaitSeconds = 2_147_483_647;

    /// <summary>The longest Wait in seconds that an expression may give.</summary>
    public const long MaxWaitSecondsOfExpression = 99_999_999;

    /// <summary>The longest TimeoutSeconds and HeartbeatSeconds.</summary>
    public const long MaxTimeoutSeconds = 99_999_999;

    /// <summary>A string: a Fail state's Error or Cause.</summary>
    /// <param name="field">The field; null for none.</param>
    /// <param name="context">The state's context.</param>
    /// <returns>The string; null for none.</returns>
    /// <exception cref="StatesException">The field cannot be evaluated or is not a string.</exception>
    public static string? Text(ValueField? field, EvaluationContext context)
    {
        if (field is null)
            return null;
        return field.Template.Evaluate(context) switch
        {
            JsonString text => text.Value,
            var other => throw Refused(field, $"The value of the field '{field.Name}' must be a string but was: {other.Told}"),
        };
    }

    /// <summary>A timeout or heartbeat.</summary>
    /// <param name="field">The field; null for none.</param>
    /// <param name="context">The state's context, with the effective input.</param>
    /// <returns>Seconds, of which an expression may give none; null for no limit.</returns>
    /// <exception cref="StatesException">The field cannot be evaluated or is no such number.</exception>
    public static long? Seconds(ValueField? field, EvaluationContext context)
    {
        if (field is null)
            return null;
        var seconds = Integer(field, context);
        if (IsExpression(field))
            return InRange(field, seconds, MaxTimeoutSeconds);
        return seconds is >= 1 and <= MaxTimeoutSeconds
            ? seconds
            : throw Refused(field, $"{Plain(field)} must be between 1 and {MaxTimeoutSeconds}.");
    }

    /// <summary>How long a Wait state waits.</summary>
    /// <param name="field">Seconds or SecondsPath.</param>
    /// <param name="context">The state's context, with the effective input.</param>
    /// <exception cref="StatesException">The field cannot be evaluated, is no whole number, is negative or is too long.</exception>
    public static long WaitSeconds(ValueField field, EvaluationContext context)
    {
        var value = field.Template.Evaluate(context);
        var isWhole = TryWhole(field, value, out var seconds);
        if (IsExpression(field))
        {
            return isWhole
                ? InRange(field, seconds, MaxWaitSecondsOfExpression)
                : throw Refused(field, $"The {field.Name} field cannot be parsed as a long value: {Shown(value)}");
        }

        if (!isWhole)
            throw Refused(field, $"The {field.Name} parameter cannot be parsed as a long value: {Path(field)} == {Shown(value)}");
        if (seconds > MaxWaitSeconds)
            throw Refused(field, "Wait state delay is too long.");
        return seconds >= 0
            ? seconds
            : throw Refused(field, $"The {field.Name} parameter references a negative value: {Path(field)} == {Shown(value)}");
    }

    /// <summary>Until when a Wait state waits.</summary>
    /// <param name="field">Timestamp or TimestampPath.</param>
    /// <param name="context">The state's context, with the effective input.</param>
    /// <exception cref="StatesException">The field cannot be evaluated, is no timestamp or is too far away.</exception>
    public static DateTimeOffset WaitUntil(ValueField field, EvaluationContext context)
    {
        var value = field.Template.Evaluate(context);
        if (value is JsonString text && Timestamp.TryParse(text.Value, out var time))
        {
            // The service cuts fractions of a second off.
            time = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));
            return (time - context.Now).TotalSeconds <= MaxWaitSeconds
                ? time
                : throw Refused(field, "Wait state delay is too long.");
        }

        if (field.Template is PathTemplate)
        {
            throw new StatesException(
                ErrorNames.Runtime,
                $"The {field.Name} parameter does not reference a valid ISO-8601 extended offset date-time format string: {Path(field)} == {Shown(value)}");
        }

        throw Refused(field, $"The {field.Name} field cannot be parsed as an ISO-8601 extended offset date-time format string: {Shown(value)}");
    }

    /// <summary>
    /// What a Map iterates over: the elements of an array, or the members of an object. (A recording of 2024 refuses objects, as AWS did
    /// before it took them; its guide tells of them since, and they were seen there in 2026.)
    /// See https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemspath.html.
    /// </summary>
    /// <param name="field">ItemsPath or Items; null takes the effective input.</param>
    /// <param name="language">The state's query language.</param>
    /// <param name="context">The state's context, with the effective input.</param>
    /// <returns>An array or an object.</returns>
    /// <exception cref="StatesException">The field cannot be evaluated or is neither.</exception>
    public static JsonValue Items(ValueField? field, QueryLanguage language, EvaluationContext context)
    {
        var value = field?.Template.Evaluate(context) ?? context.Input;

        // In the context object AWS takes nothing but an array, and did so when it took objects of the input already.
        if (value is JsonArray || (value is JsonObject && !(field is not null && IsInContextObject(field))))
            return value;
        if (language == QueryLanguage.Jsonata)
        {
            throw new StatesException(ErrorNames.QueryEvaluationError, $"Map state input must be an array but was: {value.Told}");
        }

        throw new StatesException(
            ErrorNames.Runtime,
            field is null
                ? "Reference path \"$\" must point to array."
                : $"Reference path \"{AfterRoot(field)}\" must point to array.");
    }

    /// <summary>How many iterations may run at a time.</summary>
    /// <param name="field">MaxConcurrency or MaxConcurrencyPath; null for no limit.</param>
    /// <param name="context">The state's context, with the effective input.</param>
    /// <returns>The number; 0 for no limit.</returns>
    /// <exception cref="StatesException">The field cannot be evaluated or is no such number.</exception>
    public static long Concurrency(ValueField? field, EvaluationContext context)
    {
        if (field is null)
            return 0;
        var number = Integer(field, context);
        return number >= 0 ? number : throw Refused(field, "MaxConcurrency cannot be negative.");
    }

    /// <summary>How many iterations may fail before the Map does: of a count and a percentage, what is less.</summary>
    /// <param name="count">ToleratedFailureCount or its path; null for none.</param>
    /// <param name="percentage">ToleratedFailurePercentage or its path; null for none.</param>
    /// <param name="items">How many items there are.</param>
    /// <param name="context">The state's context, with the effective input.</param>
    /// <exception cref="StatesException">A field cannot be evaluated or is no such number.</exception>
    public static long ToleratedFailures(ValueField? count, ValueField? percentage, long items, EvaluationContext context) =>
        ToleratedFailures(ToleratedCount(count, context), percentage is null ? null : Percentage(percentage, context), items);

    /// <summary>The same of the values themselves.</summary>
    /// <param name="count">How many may fail; null for none given.</param>
    /// <param name="percentage">Which part of a hundred may fail; null for none given.</param>
    /// <param name="items">How many items there are.</param>
    public static long ToleratedFailures(long? count, double? percentage, long items) => count is null && percentage is null
        ? 0
        : Math.Min(Math.Min(items, count ?? items), (long)Math.Floor(items * (percentage ?? 100) / 100));

    /// <summary>ToleratedFailureCount.</summary>
    /// <param name="field">The field or its path; null for none.</param>
    /// <param name="context">The state's context, with the effective input.</param>
    /// <exception cref="StatesException">The field cannot be evaluated or is no such number.</exception>
    public static long? ToleratedCount(ValueField? field, EvaluationContext context)
    {
        if (field is null)
            return null;
        var most = Integer(field, context);
        return most >= 0 ? most : throw Refused(field, "ToleratedFailureCount cannot be negative.");
    }

    /// <summary>ToleratedFailurePercentage.</summary>
    /// <param name="field">The field or its path.</param>
    /// <param name="context">The state's context, with the effective input.</param>
    /// <exception cref="StatesException">The field cannot be evaluated or is no such number.</exception>
    public static double Percentage(ValueField field, EvaluationContext context)
    {
        var value = field.Template.Evaluate(context);
        if (!TryNumber(field, value, out var percentage))
            throw Refused(field, $"The {field.Name} field refers to value \"{Shown(value)}\" which is not a valid float: {Path(field)}");
        return percentage is >= 0 and <= 100
            ? percentage
            : throw Refused(field, "ToleratedFailurePercentage must be between 0 and 100.");
    }

    /// <summary>A whole number; one that a path names has 32 bits.</summary>
    /// <param name="field">The field.</param>
    /// <param name="context">The state's context, with the effective input.</param>
    /// <exception cref="StatesException">The field cannot be evaluated or is no such number.</exception>
    public static long Integer(ValueField field, EvaluationContext context) => Whole(field, context, int.MinValue, int.MaxValue);

    /// <summary>How many items a reader may give: a whole number of 64 bits.</summary>
    /// <param name="field">MaxItems or MaxItemsPath; null for any number.</param>
    /// <param name="context">The state's context, with the effective input.</param>
    /// <returns>The number, which may be negative; null for any, which is also what none at most means.</returns>
    /// <exception cref="StatesException">The field cannot be evaluated or is no such number.</exception>
    public static long? MaxItems(ValueField? field, EvaluationContext context) =>
        field is not null && Whole(field, context, long.MinValue, long.MaxValue) is var most and not 0 ? most : null;

    /// <summary>How many items or bytes a batch may have. None may be written out, and limits nothing.</summary>
    /// <param name="field">The field or its path; null for any number.</param>
    /// <param name="context">The state's context, with the effective input.</param>
    /// <returns>The number; null for any.</returns>
    /// <exception cref="StatesException">The field cannot be evaluated or is no such number, or one that is looked up is not positive.</exception>
    public static long? BatchLimit(ValueField? field, EvaluationContext context)
    {
        if (field is null)
            return null;
        var most = Integer(field, context);
        if (most > 0)
            return most;
        return field.Template is LiteralTemplate ? null : throw Refused(field, $"{Plain(field)} must be positive.");
    }

    private static long Whole(ValueField field, EvaluationContext context, long least, long most)
    {
        var value = field.Template.Evaluate(context);
        if (TryWhole(field, value, out var number) && (field.Template is not PathTemplate || (number >= least && number <= most)))
            return number;
        throw Refused(field, IsExpression(field)
            ? $"The {field.Name} field cannot be parsed as an integer: {Shown(value)}"
            : $"The {field.Name} field refers to value \"{Shown(value)}\" which is not a valid integer: {Path(field)}");
    }

    /// <summary>
    /// A whole number. What a path names is read as Java's parseLong reads it, number or text: a sign and digits and nothing else, so
    /// that "3" is one and 3.0 is none. An expression's numbers have no such form.
    /// </summary>
    private static bool TryWhole(ValueField field, JsonValue value, out long whole)
    {
        whole = 0;
        switch (value)
        {
            case JsonNumber { IsInt64: true } number:
                whole = number.Int64;
                return true;
            case JsonNumber { IsWhole: true } number when field.Template is not PathTemplate:
                whole = (long)number.Double;
                return true;
            case JsonString text when field.Template is PathTemplate:
                return long.TryParse(text.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out whole);
            default:
                return false;
        }
    }

    private static bool TryNumber(ValueField field, JsonValue value, out double number)
    {
        if (value is JsonString text && field.Template is PathTemplate)
            return double.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
        number = (value as JsonNumber)?.Double ?? 0;
        return value is JsonNumber;
    }

    private static long InRange(ValueField field, long seconds, long most) => seconds >= 0 && seconds <= most
        ? seconds
        : throw Refused(field, $"{field.Name} must be between 0 and {most} but was: {seconds}");

    /// <summary>A path into the context object as AWS shows it where it follows a reference path: with one dollar sign.</summary>
    private static bool IsInContextObject(ValueField field) => Path(field).StartsWith("$$", StringComparison.Ordinal);

    private static string AfterRoot(ValueField field) => IsInContextObject(field) ? Path(field)[1..] : Path(field);

    private static string Plain(ValueField field) => field.Name.EndsWith("Path", StringComparison.Ordinal) ? field.Name[..^4] : field.Name;

    private static string Shown(JsonValue value) => value is JsonString text ? text.Value : value.Text;

    private static string Path(ValueField field) => field.Template is PathTemplate path ? path.Path.Text : field.Name;

    /// <summary>A value that the field's evaluation allows and its meaning does not; in JSONata the error names the field.</summary>
    private static StatesException Refused(ValueField field, string cause)
    {
        var isExpression = IsExpression(field);
        return new StatesException(isExpression ? ErrorNames.QueryEvaluationError : ErrorNames.Runtime, cause)
        {
            Location = isExpression ? field.Name : null,
        };
    }

    private static bool IsExpression(ValueField field) => field.Template is not (LiteralTemplate or PathTemplate or IntrinsicTemplate);
}
