using System.Globalization;

namespace Stateside.Service.Console.Pages;

/// <summary>How numbers of bytes are shown.</summary>
internal static class Sizes
{
    /// <summary>A number of bytes in the unit that suits it.</summary>
    public static string Show(long bytes) => bytes switch
    {
        1 => "1 byte",
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 1_048_576 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_048_576.0:0.#} MB"),
    };
}
