namespace Stateside.Engine.Functions;

/// <summary>A handler's name taken apart.</summary>
/// <param name="Assembly">The assembly's name, without ".dll".</param>
/// <param name="Type">The type's full name.</param>
/// <param name="Method">The method's name, or its whole signature where it has overloads.</param>
internal sealed record HandlerName(string Assembly, string Type, string Method)
{
    private const string Form = "The valid format is 'ASSEMBLY::TYPE::METHOD'.";

    /// <summary>Reads <c>Assembly::Namespace.Type::Method</c>, complaining in the words of Lambda's .NET runtime.</summary>
    public static HandlerName Parse(FunctionConfiguration function)
    {
        var handler = function.Handler;
        if (handler.Length == 0)
            throw Invalid($"Empty lambda function handler. {Form}", function);
        var parts = handler.Split("::", 3);
        if (parts.Length != 3)
            throw Invalid($"Invalid lambda function handler: '{handler}'. {Form}", function);

        var (assembly, type, method) = (parts[0].Trim(), parts[1].Trim(), parts[2].Trim());
        var missing = assembly.Length == 0 ? "assembly" : type.Length == 0 ? "type" : method.Length == 0 ? "method" : null;
        return missing is null
            ? new HandlerName(assembly, type, method)
            : throw Invalid($"Invalid lambda function handler: '{handler}', the {missing} is missing. {Form}", function);
    }

    /// <summary>A handler without colons names an executable assembly, but there is none in the folder.</summary>
    public static FunctionException NoProgram(FunctionConfiguration function, string assembly, string folder) => Invalid(
        $"Invalid lambda function handler: '{function.Handler}'. {Form} Without '::' it names an executable assembly, but {folder} holds "
        + $"no {assembly}.dll with its {assembly}.runtimeconfig.json; a program's project has <OutputType>Exe</OutputType>.", function);

    private static FunctionException Invalid(string words, FunctionConfiguration function) =>
        new(FunctionException.Validation, $"{words} Correct the Handler property of function {function.Name}.");
}
