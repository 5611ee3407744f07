using Mono.Cecil;

namespace Stateside.Service.Tests;

/// <summary>What was built, as it is: which types use which.</summary>
internal static class BuiltAssembly
{
    /// <summary>What the namespaces of an assembly use of one another.</summary>
    /// <param name="path">The assembly.</param>
    /// <param name="root">The namespace that all begin with.</param>
    /// <returns>
    /// By namespace, without the root and with "/" between its parts ("." for the root itself), those it uses, each with an example.
    /// </returns>
    public static Dictionary<string, SortedDictionary<string, string>> Arrows(string path, string root)
    {
        using var module = ModuleDefinition.ReadModule(path);
        var arrows = new Dictionary<string, SortedDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var type in module.Types.Where(type => RoomOf(type, root) is not null))
        {
            var room = RoomOf(type, root)!;
            if (!arrows.TryGetValue(room, out var uses))
                arrows.Add(room, uses = new SortedDictionary<string, string>(StringComparer.Ordinal));
            foreach (var used in UsedBy(type))
            {
                if (used.Scope == module && RoomOf(Outermost(used), root) is { } other && other != room)
                    uses.TryAdd(other, $"{type.Name} uses {used.Name}");
            }
        }

        return arrows;
    }

    /// <summary>The types that a type and those within it mention: in their making, their members and their code.</summary>
    public static IEnumerable<TypeReference> UsedBy(TypeDefinition type)
    {
        var found = new HashSet<TypeReference>();
        Take(type, found);
        return found;
    }

    private static void Take(TypeDefinition type, HashSet<TypeReference> found)
    {
        Add(type.BaseType, found);
        foreach (var made in type.Interfaces)
            Add(made.InterfaceType, found);
        AddAttributes(type, found);
        foreach (var field in type.Fields)
        {
            Add(field.FieldType, found);
            AddAttributes(field, found);
        }

        foreach (var property in type.Properties)
            AddAttributes(property, found);
        foreach (var method in type.Methods)
            Take(method, found);
        foreach (var inner in type.NestedTypes)
            Take(inner, found);
    }

    private static void Take(MethodDefinition method, HashSet<TypeReference> found)
    {
        AddMethod(method, found);
        AddAttributes(method, found);
        foreach (var generic in method.GenericParameters)
        {
            foreach (var constraint in generic.Constraints)
                Add(constraint.ConstraintType, found);
        }

        if (!method.HasBody)
            return;
        foreach (var variable in method.Body.Variables)
            Add(variable.VariableType, found);
        foreach (var handler in method.Body.ExceptionHandlers)
            Add(handler.CatchType, found);
        foreach (var instruction in method.Body.Instructions)
        {
            switch (instruction.Operand)
            {
                case TypeReference used:
                    Add(used, found);
                    break;
                case MethodReference called:
                    AddMethod(called, found);
                    break;
                case FieldReference field:
                    Add(field.DeclaringType, found);
                    Add(field.FieldType, found);
                    break;
            }
        }
    }

    private static void AddMethod(MethodReference method, HashSet<TypeReference> found)
    {
        Add(method.DeclaringType, found);
        Add(method.ReturnType, found);
        foreach (var parameter in method.Parameters)
            Add(parameter.ParameterType, found);
        if (method is GenericInstanceMethod generic)
        {
            foreach (var argument in generic.GenericArguments)
                Add(argument, found);
        }
    }

    private static void AddAttributes(ICustomAttributeProvider member, HashSet<TypeReference> found)
    {
        foreach (var attribute in member.CustomAttributes)
        {
            Add(attribute.AttributeType, found);
            foreach (var argument in attribute.ConstructorArguments)
                Add(argument.Value as TypeReference, found);
        }
    }

    private static void Add(TypeReference? type, HashSet<TypeReference> found)
    {
        if (type is null or GenericParameter)
            return;
        if (type is GenericInstanceType generic)
        {
            foreach (var argument in generic.GenericArguments)
                Add(argument, found);
        }

        if (type is TypeSpecification of)
            Add(of.ElementType, found);
        else
            found.Add(type);
    }

    private static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static string? RoomOf(TypeReference type, string root) =>
        type.Namespace == root ? "." : type.Namespace.StartsWith(root + ".", StringComparison.Ordinal) ? type.Namespace[(root.Length + 1)..].Replace('.', '/') : null;
}
