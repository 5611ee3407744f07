using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Roles;
using Stateside.Language.Services;
using Stateside.Language.Validation;

namespace Stateside.Conformance;

/// <summary>
/// Holds the state machines of templates against the roles that are declared beside them and counts: what is needed and granted, what is
/// missing, what is wider. With --show each finding is printed, to be read.
/// </summary>
internal static class RoleSuite
{
    public static int Run(string folder, bool show)
    {
        var (templates, machines, outside, unread, unknown) = (0, 0, 0, 0, 0);
        var (granted, missing, recommended, possible) = (0, 0, 0, 0);
        var found = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var findings = new List<string>();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(IsTemplate).Order(StringComparer.Ordinal))
        {
            TemplateModel template;
            try
            {
                template = TemplateReader.Read(new TemplateRequest(path) { StandIn = name => $"${{{name}}}", ReadsRoles = true });
            }
            catch (TemplateException e)
            {
                Console.WriteLine($"not read: {e.Message}");
                continue;
            }

            templates += template.StateMachines.Count > 0 ? 1 : 0;
            foreach (var machine in template.StateMachines)
            {
                machines++;
                var options = new DefinitionOptions { AllowSubstitutions = true, Express = machine.Type == "EXPRESS" };
                var definition = machine.Definition is { } source ? DefinitionParser.Parse(source.Text, options).Draft : null;
                if (definition is null)
                {
                    unread++;
                    continue;
                }

                if (machine.Role is null)
                {
                    outside++;
                    continue;
                }

                var role = new MachineRole(template, machine, AwsLocation.Default);
                if (!machine.Role.IsWhole)
                {
                    unknown++;
                }
                else
                {
                    var needs = role.Needs(definition);
                    var lacking = role.MissingOf(needs).ToList();
                    granted += needs.Count(need => need.Certainty != Certainty.Possible) - lacking.Count;
                    missing += lacking.Count(need => need.Certainty == Certainty.Certain);
                    recommended += lacking.Count(need => need.Certainty == Certainty.Documented);
                    possible += needs.Count(need => need.Certainty == Certainty.Possible);
                }

                foreach (var (place, diagnostic) in role.Check(definition))
                {
                    found[diagnostic.Code] = found.GetValueOrDefault(diagnostic.Code) + 1;
                    findings.Add($"{diagnostic.Code} {Path.GetRelativePath(folder, place.File)}({place.Line}): {diagnostic.Message}");
                }
            }
        }

        Console.WriteLine($"{machines} state machines in {templates} templates: {unread} without a definition here, {outside} with a role from elsewhere, {unknown} whose roles are not known whole.");
        Console.WriteLine($"Of what the others need, {granted} permissions may be granted, {missing} are missing, {recommended} that AWS's guide grants are too; {possible} are perhaps needed.");
        foreach (var (code, count) in found)
            Console.WriteLine($"{code}: {count}");
        if (show)
            findings.Order(StringComparer.Ordinal).ToList().ForEach(Console.WriteLine);
        return 0;
    }

    private static bool IsTemplate(string path)
    {
        if (Path.GetExtension(path) is not (".yaml" or ".yml" or ".json" or ".template"))
            return false;
        var text = File.ReadAllText(path);
        return text.Contains("Resources", StringComparison.Ordinal)
            && (text.Contains("AWS::Serverless::StateMachine", StringComparison.Ordinal) || text.Contains("AWS::StepFunctions::StateMachine", StringComparison.Ordinal));
    }
}
