using System.CommandLine;
using Stateside.Aws.Contents;
using Stateside.Engine;
using Stateside.Engine.Template;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Options;

/// <summary>Which folder fills tables, buckets and queues before a run.</summary>
internal sealed class SeedOption
{
    private const string Name = "--seed";

    private readonly CommandOption<string?> _folder = CommandOption.Text(
        Name, "FOLDER",
        """
        Put what is in a folder into what the template declares, each time before anything runs: tables/NAME.jsonl with an item a line,
        buckets/NAME/ with objects as files, queues/NAME.jsonl with a message a line. What has the same key is replaced; messages go to a
        queue that has none. The template may name the folder too, as Metadata: {Stateside: {Seed: FOLDER}}.
        """.ReplaceLineEndings(" "),
        variables: "STATESIDE_SEED");

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Add(_folder.Option);

    /// <summary>Fills what the template declares, where the command line or the template names a folder.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="service">The service, which has taken over the template.</param>
    /// <param name="template">The template; null where there is none.</param>
    /// <param name="say">Is told what is passed over, one sentence each.</param>
    public void Fill(ParseResult parsed, LocalService service, TemplateModel? template, Action<string> say)
    {
        var named = _folder.Value(parsed);
        if (template is null)
        {
            if (named is not null)
                throw new UserException($"{Name} {named}: there is no template whose tables and buckets it could fill. Name one with --template.");
            return;
        }

        if ((named ?? template.Seed?.Folder) is not { } folder)
            return;
        if (!Directory.Exists(folder))
        {
            throw new UserException(named is null
                ? $"{template.Seed!.Place}: there is no folder {folder} to fill tables and buckets from. Make it, or take the line away."
                : $"{Name} {named}: there is no such folder. Paths are taken from {Directory.GetCurrentDirectory()}.");
        }

        try
        {
            SeedFolder.Put(folder, new TemplateContents(service, template), say);
        }
        catch (ContentException e)
        {
            throw new UserException(e.Message);
        }
    }
}
