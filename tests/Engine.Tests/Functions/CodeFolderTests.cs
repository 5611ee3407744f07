using Stateside.Engine.Files;
using Stateside.Engine.Functions;
using Stateside.Engine.Functions.Building;

namespace Stateside.Engine.Tests.Functions;

/// <summary>Folders of the user's may hold links and things that are no files; reading them ends all the same.</summary>
public sealed class CodeFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stateside-code-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Links_that_lead_round_in_a_circle_are_followed_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there.");
        Write("a/one.txt");
        Write("b/two.txt");
        Link("a/up", "..");
        Link("a/other", "../b");
        Link("b/back", "../a");
        Link("b/own", ".");

        Assert.Equal(
            ["a/one.txt", "a/other/two.txt", "b/back/one.txt", "b/two.txt"],
            UserFolder.Files(_folder.FullName).Select(found => found.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Links_that_multiply_each_other_are_too_many()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there.");
        for (var i = 0; i < 40; i++)
        {
            _folder.CreateSubdirectory($"{i}");
            Link($"{i}/x", $"../{i + 1}");
            Link($"{i}/y", $"../{i + 1}");
        }

        _folder.CreateSubdirectory("40");

        Assert.StartsWith($"{_folder.FullName} has more than 250000 files and folders.", Assert.Throws<IOException>(() => UserFolder.Files(_folder.FullName).Count()).Message);
    }

    [Fact]
    public async Task What_is_no_file_is_copied_as_an_empty_one()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "It is a device of Unix.");
        Write("index.js");
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "zero"), "/dev/zero");
        using (var made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(_folder.FullName, "pipe")))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        await using var handlers = new HandlerFixtures();

        Assert.Empty(await handlers.Host.PrepareAsync([Script("Empty")], TestContext.Current.CancellationToken));

        var copy = Path.Combine(handlers.StateDirectory, "functions", "Empty", "1");
        Assert.Equal((0, 0), (new FileInfo(Path.Combine(copy, "zero")).Length, new FileInfo(Path.Combine(copy, "pipe")).Length));
    }

    [Theory]
    [InlineData("../out")]
    [InlineData("..")]
    [InlineData("/tmp/out")]
    public void A_name_leads_to_no_folder_elsewhere(string name)
    {
        using var copies = new CodeCopies(Path.Combine(_folder.FullName, "functions"));

        var refusal = Assert.Throws<IOException>(() => copies.Take(name, "source", folder => { }, "1"));

        Assert.Equal($"'{name}' cannot be the name of a folder there.", refusal.Message);
        Assert.Empty(_folder.GetFileSystemInfos());
    }

    [Fact]
    public void A_line_without_end_is_refused()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "It is a device of Unix.");

        Assert.Equal("A line is longer than 64 MB.", Assert.Throws<IOException>(() => UserFile.ReadLines("/dev/zero").Count()).Message);
        Assert.Equal("It is larger than 64 MB.", Assert.Throws<IOException>(() => UserFile.ReadText("/dev/zero")).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a\nb")]
    [InlineData("a\r\nb\rc\n\nd\n")]
    public void Lines_end_as_they_do_everywhere(string text)
    {
        // The end of a piece may part a line, and the two characters of a line's end.
        foreach (var before in new[] { "", new string('x', 16_383), new string('x', 16_382) })
        {
            var path = Path.Combine(_folder.FullName, "lines");
            File.WriteAllText(path, before + text);

            Assert.Equal(File.ReadLines(path), UserFile.ReadLines(path));
        }
    }

    private FunctionConfiguration Script(string name) => new()
    {
        Name = name,
        Arn = $"arn:aws:lambda:us-east-1:123456789012:function:{name}",
        Handler = "index.handler",
        Runtime = "nodejs22.x",
        CodePath = _folder.FullName,
    };

    private void Write(string name)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "exports.handler = async () => 1;");
    }

    private void Link(string name, string target) => Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, name), target);
}
