using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Templates;

namespace Stateside.Language.Definitions;

/// <summary>Turns fields that hold one value (written out, or looked up) into what they mean, with AWS's words for what they cannot.</summary>
internal static class FieldValues
{
    /// <summary>The longest Wait in seconds.</summary>
    public const long MaxWaitSeconds = 2_147_483_647;

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
            var other => throw Refused(field, $"The value of the field '{field.Name}' must be a string but was: {other.Text}"),
        };
    }

    /// <summary>A timeout or heartbeat.</summary>
    /// <param name="field">The field; null for none.</param>
    /// <param name="context">The state's context, with the effective input.</param>
    /// <returns>Seconds; null for none.</returns>
    /// <exception cref="StatesException">The field cannot be evaluated or is no such number.</exception>
    public static long? Seconds(ValueField? field, EvaluationContext context)
    {
        if (field is null)
            return null;
        var value = field.Template.Evaluate(context);
        if (value is not JsonNumber { IsWhole: true } number)
            throw Refused(field, NotAnInteger(field, value));
        return number.Double is >= 1 and <= MaxTimeoutSeconds
            ? (long)number.Double
            : throw Refused(field, $"{Plain(field)} must be between 1 and {MaxTimeoutSeconds}.");
    }

    /// <summary>How long a Wait state waits.</summary>
    /// <param name="field">Seconds or SecondsPath.</param>
    /// <param name="context">The state's context, with the effective input.</param>
    /// <returns>Seconds; less than one counts as none.</returns>
    /// <exception cref="StatesException">The field cannot be evaluated, is no whole number or is too long.</exception>
    public static double WaitSeconds(ValueField field, EvaluationContext context)
    {
        var value = field.Template.Evaluate(context);
        if (value is not JsonNumber { IsWhole: true } number)
            throw Refused(field, $"The {field.Name} parameter cannot be parsed as a long value: {Path(field)} == {Shown(value)}");
        if (number.Double > MaxWaitSeconds)
            throw Refused(field, "Wait state delay is too long.");
        return number.Double < 0
            ? throw Refused(field, $"The {field.Name} parameter cannot be negative: {Path(field)} == {Shown(value)}")
            : number.Double;
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

    /// <summary>A Map's items.</summary>
    /// <param name="field">ItemsPath or Items; null takes the effective input.</param>
    /// <param name="language">The state's query language.</param>
    /// <param name="context">The state's context, with the effective input.</param>
    /// <exception cref="StatesException">The field cannot be evaluated or is no array.</exception>
    public static JsonArray Items(ValueField? field, QueryLanguage language, EvaluationContext context)
    {
        var value = field?.Template.Evaluate(context) ?? context.Input;
        if (value is JsonArray items)
            return items;
        if (language == QueryLanguage.Jsonata)
        {
            throw new StatesException(ErrorNames.QueryEvaluationError, $"Map state input must be an array but was: {value.Text}");
        }

        throw new StatesException(
            ErrorNames.Runtime,
            field is null
                ? "Reference path \"$\" must point to array."
                : $"Reference path \"{AfterRoot(Path(field))}\" must point to array.");
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
        return number >= 0 ? number : throw Refused(field, "MaxConcurrency must be non-negative.");
    }

    /// <summary>How many iterations may fail before the Map does.</summary>
    /// <param name="count">ToleratedFailureCount or its path; null for none.</param>
    /// <param name="percentage">ToleratedFailurePercentage or its path; null for none.</param>
    /// <param name="items">How many items there are.</param>
    /// <param name="context">The state's context, with the effective input.</param>
    /// <exception cref="StatesException">A field cannot be evaluated or is no such number.</exception>
    public static int ToleratedFailures(ValueField? count, ValueField? percentage, int items, EvaluationContext context)
    {
        long tolerated = 0;
        if (count is not null)
        {
            tolerated = Integer(count, context);
            if (tolerated < 0)
                throw Refused(count, "ToleratedFailureCount must be non-negative.");
        }

        if (percentage is not null)
        {
            var value = percentage.Template.Evaluate(context);
            if (value is not JsonNumber number)
                throw Refused(percentage, $"The {percentage.Name} field refers to value \"{Shown(value)}\" which is not a valid float: {Path(percentage)}");
            if (number.Double is not (>= 0 and <= 100))
                throw Refused(percentage, "ToleratedFailurePercentage must be between 0 and 100.");
            tolerated = Math.Max(tolerated, (long)Math.Floor(items * number.Double / 100));
        }

        return (int)Math.Min(tolerated, items);
    }

    /// <summary>A whole number.</summary>
    /// <param name="field">The field.</param>
    /// <param name="context">The state's context, with the effective input.</param>
    /// <exception cref="StatesException">The field cannot be evaluated or is no whole number.</exception>
    public static long Integer(ValueField field, EvaluationContext context)
    {
        var value = field.Template.Evaluate(context);
        return value is JsonNumber { IsWhole: true } number
            ? (long)number.Double
            : throw Refused(field, NotAnInteger(field, value));
    }

    /// <summary>A path into the context object as AWS shows it where it follows a reference path: with one dollar sign.</summary>
    private static string AfterRoot(string path) => path.StartsWith("$$", StringComparison.Ordinal) ? path[1..] : path;

    private static string NotAnInteger(ValueField field, JsonValue value) =>
        $"The {field.Name} field refers to value \"{Shown(value)}\" which is not a valid integer: {Path(field)}";

    private static string Plain(ValueField field) => field.Name.EndsWith("Path", StringComparison.Ordinal) ? field.Name[..^4] : field.Name;

    private static string Shown(JsonValue value) => value is JsonString text ? text.Value : value.Text;

    private static string Path(ValueField field) => field.Template is PathTemplate path ? path.Path.Text : field.Name;

    /// <summary>A value that the field's evaluation allows and its meaning does not; in JSONata the error names the field.</summary>
    private static StatesException Refused(ValueField field, string cause)
    {
        var error = ErrorOf(field);
        return new StatesException(error, cause)
        {
            Location = error == ErrorNames.QueryEvaluationError ? field.Name : null,
            IsRefusedValue = true,
        };
    }

    private static string ErrorOf(ValueField field) =>
        field.Template is LiteralTemplate or PathTemplate or IntrinsicTemplate ? ErrorNames.Runtime : ErrorNames.QueryEvaluationError;
}
