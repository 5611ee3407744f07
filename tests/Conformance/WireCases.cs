using System.IO.Compression;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services.Wire;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Conformance;

/// <summary>
/// Our half of the comparison with botocore (<c>services/compare_services.py</c>): a case is a line of JSON, its answer another. A case
/// with <c>parameters</c> asks for the request that an action makes of them, one with <c>status</c> for what an answer says.
/// </summary>
internal static class WireCases
{
    private static readonly Dictionary<(string Name, string Protocol), ServiceModel> OtherProtocols = [];

    /// <summary>Answers the lines of the standard input until it ends; an empty one asks for all answers so far.</summary>
    /// <returns>The exit code.</returns>
    public static int Run()
    {
        using var input = new StreamReader(Console.OpenStandardInput());
        using var output = new StreamWriter(Console.OpenStandardOutput());
        while (input.ReadLine() is { } line)
        {
            if (line.Length == 0)
                output.Flush();
            else
                output.WriteLine(JsonWriter.Compact(Answer((JsonObject)JsonReader.Parse(line))));
        }

        return 0;
    }

    /// <summary>Writes the names of all services, with their actions.</summary>
    /// <returns>The exit code.</returns>
    public static int List()
    {
        foreach (var service in ServiceModels.Names.Order(StringComparer.Ordinal).Select(name => ServiceModels.Find(name)!))
        {
            var actions = service.ActionNames.Order(StringComparer.Ordinal).Select(name => (JsonValue)JsonValue.From(name));
            Console.WriteLine(JsonWriter.Compact(JsonObject.Of(
                ("service", JsonValue.From(service.Name)),
                ("client", JsonValue.From(service.ClientName)),
                ("id", JsonValue.From(service.Id)),
                ("actions", JsonArray.Of(actions)))));
        }

        return 0;
    }

    /// <summary>
    /// The service in the protocol of the case: botocore knows some by several, of which the model has the one that it prefers. CBOR would
    /// not be looked at otherwise.
    /// </summary>
    private static ServiceModel? Find(string name, string protocol)
    {
        var model = ServiceModels.Find(name);
        var word = protocol.Replace("-", "", StringComparison.Ordinal);
        if (model is null || word.Equals(model.Protocol.ToString(), StringComparison.OrdinalIgnoreCase))
            return model;
        if (!OtherProtocols.TryGetValue((name, protocol), out var other))
            OtherProtocols[(name, protocol)] = other = Read(name, protocol);
        return other;
    }

    private static ServiceModel Read(string name, string protocol)
    {
        using var file = typeof(ServiceModels).Assembly.GetManifestResourceStream("aws-services.zip")!;
        using var archive = new ZipArchive(file, ZipArchiveMode.Read);
        using var reader = new StreamReader(archive.GetEntry(name)!.Open());
        var lines = reader.ReadToEnd().Split('\n');
        lines[1] = $"protocol {protocol}";
        return new ServiceModel(string.Join('\n', lines));
    }

    private static JsonObject Answer(JsonObject question)
    {
        try
        {
            if (Text(question, "resource") is { } resource)
                return UnknownNames(resource, question);
            if (question["errors"] is JsonArray errors)
                return ErrorNames(ServiceModels.Find(Text(question, "service")!)!, errors);
            var protocol = Text(question, "protocol") is "smithy-rpc-v2-cbor" ? "cbor" : Text(question, "protocol")!;
            var action = Find(Text(question, "service")!, protocol)?.FindAction(Text(question, "action")!)
                ?? throw new InvalidOperationException("There is no such action.");
            return question["parameters"] is JsonObject parameters ? Write(action, parameters, question) : Read(action, question);
        }
#pragma warning disable CA1031 // Whatever goes wrong is the answer to this case, and the others go on.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return JsonObject.Of(("failed", JsonValue.From(failure.ToString())));
        }
    }

    private static JsonObject Write(ServiceAction action, JsonObject parameters, JsonObject question)
    {
        ReadOnlyMemory<byte>? content = null;
        if (Text(question, "content") is { } given)
            content = Convert.FromBase64String(given);
        var request = WireFormat.Write(action, parameters, content, Text(question, "token")!);
        var headers = request.Headers.Select(header => (JsonValue)JsonArray.Of(JsonValue.From(header.Key), JsonValue.From(header.Value)));
        return JsonObject.Of(
            ("method", JsonValue.From(request.Method)),
            ("target", JsonValue.From(request.Target)),
            ("host", JsonValue.From(request.HostPrefix)),
            ("headers", JsonArray.Of(headers)),
            ("body", JsonValue.From(Convert.ToBase64String(request.Body.Span))),
            ("anonymous", JsonValue.From(action.IsAnonymous)),
            ("signing", JsonValue.From(action.Service.SigningName ?? "")));
    }

    private static JsonObject Read(ServiceAction action, JsonObject question)
    {
        var headers = ((JsonArray)question["headers"]!).Cast<JsonArray>()
            .Select(header => KeyValuePair.Create(((JsonString)header[0]).Value, ((JsonString)header[1]).Value)).ToList();
        var status = (int)((JsonNumber)question["status"]!).Int64;
        var answer = new WireAnswer(status, headers, Convert.FromBase64String(Text(question, "body")!));
        switch (WireFormat.Read(action, answer, "request"))
        {
            case ServiceResponse.Answered answered:
                var content = answered.Content is { } bytes ? JsonValue.From(Convert.ToBase64String(bytes.Span)) : JsonValue.Null;
                return JsonObject.Of(("members", answered.Body), ("content", content));
            case ServiceResponse.Refused { Error: var error }:
                return JsonObject.Of(
                    ("code", JsonValue.From(error.Code)),
                    ("query", error.QueryCode is null ? JsonValue.Null : JsonValue.From(error.QueryCode)),
                    ("message", JsonValue.From(error.Message)));
            case var other:
                throw new InvalidOperationException($"There is no response such as {other}.");
        }
    }

    /// <summary>The paths of those members of a Task's parameters or result that the model does not know by their names.</summary>
    private static JsonObject UnknownNames(string resource, JsonObject question)
    {
        if (TaskResource.Parse(resource) is not { } parsed || ServiceIntegration.Find(parsed) is not { } integration)
            return JsonObject.Of(("action", JsonValue.Null));
        var unknown = new List<string>();
        foreach (var (side, shape) in new[] { ("parameters", integration.Action.Input), ("result", integration.Action.Output) })
        {
            if (question[side] is { } value && shape is not null)
                FindUnknown(integration, shape, value, "", unknown);
        }

        return JsonObject.Of(
            ("action", JsonValue.From($"{integration.Action.Service.Name}:{integration.Action.Name}")),
            ("unknown", JsonArray.Of(unknown.Select(path => (JsonValue)JsonValue.From(path)))));
    }

    private static void FindUnknown(ServiceIntegration integration, ServiceShape shape, JsonValue value, string path, List<string> unknown)
    {
        switch (value)
        {
            case JsonObject members when shape.Kind == ShapeKind.Structure && !shape.IsDocument:
                foreach (var (key, its) in members)
                {
                    var name = key.EndsWith(".$", StringComparison.Ordinal) ? key[..^2] : key;
                    if (shape.Members.FirstOrDefault(member => integration.NameOf(member) == name) is not { } known)
                        unknown.Add($"{path}{name}");
                    else if (name == key)
                        FindUnknown(integration, known.Shape, its, $"{path}{name}.", unknown);
                }

                break;
            case JsonObject entries when shape.Kind == ShapeKind.Map:
                foreach (var (key, its) in entries)
                    FindUnknown(integration, shape.Item, its, $"{path}{key}.", unknown);
                break;
            case JsonArray items when shape.Kind == ShapeKind.List:
                foreach (var item in items)
                    FindUnknown(integration, shape.Item, item, $"{path}[].", unknown);
                break;
        }
    }

    /// <summary>What SDK integrations call the errors of these codes.</summary>
    private static JsonObject ErrorNames(ServiceModel service, JsonArray codes)
    {
        var names = codes.Select(code => service.FindError(((JsonString)code).Value) is { } known
            ? JsonValue.From($"{service.ClientName}.{MemberNames.SdkException(known)}")
            : JsonValue.Null);
        return JsonObject.Of(("names", JsonArray.Of(names)));
    }

    private static string? Text(JsonObject question, string name) => (question[name] as JsonString)?.Value;
}
