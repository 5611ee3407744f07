namespace Stateside.Service;

/// <summary>The composition root: the one place that names the system's clock, chance and console.</summary>
public static class Program
{
    /// <summary>Runs the command line.</summary>
    /// <param name="args">The words after the program's name.</param>
    /// <returns>The exit code.</returns>
    public static int Main(string[] args) => args.Length;
}
