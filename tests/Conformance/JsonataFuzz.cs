namespace Stateside.Conformance;

internal static class JsonataFuzz
{
    public static int Run(string folder, string[] options) => folder.Length + options.Length;
}
