using System.Xml.Linq;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services.Wire;

/// <summary>Structures as XML, and XML as structures.</summary>
internal static class XmlBody
{
    /// <summary>A document whose root is a structure.</summary>
    /// <param name="root">The root's element.</param>
    /// <param name="space">The root's name space; null for none.</param>
    /// <param name="shape">The structure; of its members those count that stand in the body.</param>
    /// <param name="members">Its members by their names in the API.</param>
    public static byte[] Write(string root, ShapeNamespace? space, ServiceShape shape, JsonObject members) =>
        throw new NotImplementedException($"{root} {space} {shape} {members}");

    /// <summary>Sets the members of a structure that an element holds; what is not there is left out.</summary>
    public static void Read(JsonObject.Builder output, ServiceShape shape, XElement element) =>
        throw new NotImplementedException($"{output} {shape} {element}");

    /// <summary>The root of a document; null when it is none. A document type is refused.</summary>
    public static XElement? Parse(byte[] content) => throw new NotImplementedException($"{content}");
}
