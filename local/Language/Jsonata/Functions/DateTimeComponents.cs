namespace Stateside.Language.Jsonata.Functions;

/// <summary>The components a date and time picture can name, of one instant.</summary>
internal static class DateTimeComponents
{
    public static readonly string[] Months =
    [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ];

    /// <summary>The days of the week, from 1 for Monday.</summary>
    public static readonly string[] Days = ["", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    /// <summary>The value of an integer component.</summary>
    public static double Of(CivilTime time, char component) => component switch
    {
        'Y' => time.Year,
        'M' => time.Month,
        'D' => time.Day,
        'd' => ((Midnight(time) - CivilTime.Utc(time.Year, 0)) / CivilTime.MillisPerDay) + 1,
        'F' => time.Weekday,
        'W' => WeekOfYear(time),
        'w' => WeekOfMonth(time),
        'X' => YearOfWeek(time),
        'x' => MonthOfWeek(time),
        'H' => time.Hour,
        'h' => time.Hour % 12 == 0 ? 12 : time.Hour % 12,
        'P' => time.Hour >= 12 ? 1 : 0,
        'm' => time.Minute,
        's' => time.Second,
        'f' => time.Millisecond,
        _ => double.NaN,
    };

    private static double Midnight(CivilTime time) => CivilTime.Utc(time.Year, time.Month - 1, time.Day);

    /// <summary>The Monday on which the first week of a year or month (from 0) starts: the week with its first Thursday.</summary>
    private static double FirstWeek(double year, double month)
    {
        var first = CivilTime.Utc(year, month);
        var weekday = CivilTime.Of(first)?.Weekday ?? 1;
        return first + ((weekday > 4 ? 8 - weekday : 1 - weekday) * CivilTime.MillisPerDay);
    }

    private static double Weeks(double start, double end) => ((end - start) / (CivilTime.MillisPerDay * 7)) + 1;

    private static double WeekOfYear(CivilTime time)
    {
        var today = Midnight(time);
        var week = Weeks(FirstWeek(time.Year, 0), today);
        if (week > 52 && today >= FirstWeek(time.Year + 1, 0))
            week = 1;
        else if (week < 1)
            week = Weeks(FirstWeek(time.Year - 1, 0), today);
        return Math.Floor(week);
    }

    private static double WeekOfMonth(CivilTime time)
    {
        var today = Midnight(time);
        var month = time.Month - 1;
        var week = Weeks(FirstWeek(time.Year, month), today);
        if (week > 4 && today >= FirstOfNext(time.Year, month))
            week = 1;
        else if (week < 1)
            week = Weeks(month == 0 ? FirstWeek(time.Year - 1, 11) : FirstWeek(time.Year, month - 1), today);
        return Math.Floor(week);
    }

    private static double FirstOfNext(double year, int month) => month == 11 ? FirstWeek(year + 1, 0) : FirstWeek(year, month + 1);

    private static double YearOfWeek(CivilTime time)
    {
        if (time.Millis < FirstWeek(time.Year, 0))
            return time.Year - 1;
        return time.Millis >= FirstWeek(time.Year + 1, 0) ? time.Year + 1 : time.Year;
    }

    private static double MonthOfWeek(CivilTime time)
    {
        var month = time.Month - 1;
        if (time.Millis < FirstWeek(time.Year, month))
            return month == 0 ? 12 : month;
        if (time.Millis >= FirstOfNext(time.Year, month))
            return month == 11 ? 1 : month + 2;
        return time.Month;
    }
}
