using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Engine.Template.Roles;
using Stateside.Language.Json;

namespace Stateside.Engine.Template;

/// <summary>Reads SAM and CloudFormation templates as a deployment would resolve them.</summary>
public static class TemplateReader
{
    private static readonly string[] Sections =
    [
        "AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions", "Transform", "Resources",
        "Outputs", "Globals", "Hooks", "Fn::Transform",
    ];

    /// <summary>Reads a template.</summary>
    /// <param name="request">The template, and what it does not say itself.</param>
    /// <returns>What it declares, with every finding; the findings decide what can be run.</returns>
    /// <exception cref="TemplateException">The template or its samconfig cannot be read at all.</exception>
    public static TemplateModel Read(TemplateRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var path = Path.GetFullPath(request.Path);
        var log = new DiagnosticLog();
        if (TemplateParser.ParseFile(path, log, isGiven: true) is not MapNode written)
            throw new TemplateException(new(path, 1, 1), "This is not a template: it must be a map with a Resources section.");
        var settings = new DeploymentValues(request.Settings, request.StandIn);
        var includes = new Includes(settings, log);
        var tools = ToolDefaults.Find(path, log);
        var root = includes.ExpandSections(tools.Substitute(written, log));
        if (root["Resources"] is not MapNode section)
            throw new TemplateException(root["Resources"]?.Place ?? root.Place, "This is not a template: it has no map named Resources.");
        foreach (var member in root.Members.Where(member => !Sections.Contains(member.Key, StringComparer.Ordinal)))
            log.Warn(member.Place, $"A template has no section '{member.Key}'.", Nearest.Hint(member.Key, Sections, "possible sections"));

        var config = SamConfig.Find(request.ConfigFile, Path.GetDirectoryName(path)!, request.ConfigEnvironment, log);
        var facts = new DeploymentFacts(request.Location, request.StackName ?? config?.StackName ?? tools.StackName ?? "stateside");
        var parameters = ParameterSet.Read(root["Parameters"] as MapNode, request, config, tools.Parameters, settings, log);
        var resources = ResourceSet.Read(section, root["Globals"] as MapNode, log);
        var resolver = new Resolver(root, facts, parameters, resources, includes, settings, log);
        var functionReader = new FunctionReader(resolver, resources, includes, log);
        var qualifiers = new QualifierReader(resolver, resources, log);
        var machineReader = new StateMachineReader(resolver, new DefinitionFinder(resolver, includes, settings, log), qualifiers, facts, log)
        {
            Roles = request.ReadsRoles ? new RoleReader(resolver, resources, facts) : null,
        };
        var model = Model(path, resolver, resources, functionReader, machineReader);
        foreach (var named in model.StateMachines.GroupBy(machine => machine.Arn, StringComparer.Ordinal))
        {
            foreach (var other in named.Skip(1))
                log.Warn(other.Place, $"'{other.LogicalId}' has the name of '{named.First().LogicalId}', '{other.Name}', so its deployment fails.");
        }

        qualifiers.WarnOfOthers(model.StateMachines.Select(machine => machine.Arn));
        EventCheck.Run(resources, log);
        parameters.WarnOfMissing(log);
        foreach (var name in settings.Unused)
            log.Warn(root.Place, $"--set {name}: nothing in the template asked for it.", "Take the name from the message that asks for it.");
        DependencyCheck.Run(resources, log);
        return new TemplateModel(path)
        {
            Functions = model.Functions,
            StateMachines = model.StateMachines,
            Resources = model.Resources,
            Seed = TemplateSeed.Read(root["Metadata"], path, log),
            Diagnostics = log.Found,
            Files = log.Files,
        };
    }

    private static TemplateModel Model(
        string path, Resolver resolver, ResourceSet resources, FunctionReader functionReader, StateMachineReader machineReader)
    {
        var functions = new List<TemplateFunction>();
        var machines = new List<TemplateStateMachine>();
        var all = new List<TemplateResource>();
        foreach (var resource in resources.All)
        {
            var isRun = resource.Type is ResourceTypes.SamFunction or ResourceTypes.Function or ResourceTypes.SamStateMachine or ResourceTypes.StateMachine;
            var asker = Asker.Noting(resource.LogicalId);
            if (!resolver.IsCreated(resource, isRun ? Asker.Needing(resource.LogicalId) : asker))
                continue;
            if (resource.Type is ResourceTypes.SamFunction or ResourceTypes.Function && functionReader.Read(resource) is { } function)
                functions.Add(function);
            if (resource.Type is ResourceTypes.SamStateMachine or ResourceTypes.StateMachine)
                machines.Add(machineReader.Read(resource));
            var properties = resolver.Resolve(resource.Properties, asker) as JsonObject ?? JsonObject.Empty;
            all.Add(new(resource.LogicalId, resource.Type, resolver.PhysicalIdOf(resource, asker), resolver.ArnOf(resource, asker), properties, resource.Place));
        }

        return new TemplateModel(path) { Functions = functions, StateMachines = machines, Resources = all };
    }
}
