using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;

namespace Stateside.Engine.Tests.Template;

public sealed class TemplateFileTests : IDisposable
{
    private readonly TemplateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_the_template_itself()
    {
        var path = _folder.Write("any.name", "");
        Assert.Equal(path, TemplateFile.Find(path));
    }

    [Fact]
    public void In_a_folder_serverless_template_comes_first()
    {
        _folder.Write("template.yaml", "");
        Assert.Equal(_folder.Write("serverless.template", ""), TemplateFile.Find(_folder.Root));
    }

    [Fact]
    public void Samconfig_names_another_template()
    {
        _folder.Write("template.yaml", "");
        _folder.Write("samconfig.toml", "[default.build.parameters]\ntemplate_file = \"infra/stack.yaml\"\n");
        Assert.Equal(_folder.Write("infra/stack.yaml", ""), TemplateFile.Find(_folder.Root));
    }

    [Fact]
    public void A_folder_without_a_template_is_an_error_that_says_what_was_looked_for()
    {
        var e = Assert.Throws<TemplateException>(() => TemplateFile.Find(_folder.Root));
        Assert.Contains("serverless.template, template.yaml", e.Message, StringComparison.Ordinal);
        Assert.Throws<TemplateException>(() => TemplateFile.Find(Path.Combine(_folder.Root, "absent")));
    }
}
