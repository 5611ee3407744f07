using System.Reflection;
using System.Text;
using System.Text.Json;
using Amazon.Lambda.Core;

namespace OrderIntake.Tests;

/// <summary>
/// Calls a function of the template as Lambda's runtime does: the handler found by its name, an event of bytes read by the
/// assembly's own serializer, the answer written by it.
/// </summary>
internal static class LambdaInvocation
{
    public static string Invoke(string function, string payload, ILambdaContext context)
    {
        var method = HandlerOf(function);
        var parameter = method.GetParameters()[0].ParameterType;
        var serializer = Activator.CreateInstance(method.DeclaringType!.Assembly.GetCustomAttribute<LambdaSerializerAttribute>()!.SerializerType)!;
        var read = Method(serializer, nameof(ILambdaSerializer.Deserialize)).MakeGenericMethod(parameter);
        var write = Method(serializer, nameof(ILambdaSerializer.Serialize)).MakeGenericMethod(method.ReturnType);
        using var request = new MemoryStream(Encoding.UTF8.GetBytes(payload));
        using var response = new MemoryStream();
        var posted = Call(read, serializer, request);
        var answer = Call(method, Activator.CreateInstance(method.DeclaringType)!, posted, context);
        Call(write, serializer, answer, response);
        return Encoding.UTF8.GetString(response.ToArray());
    }

    private static MethodInfo HandlerOf(string function)
    {
        using var template = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "serverless.template")));
        var name = template.RootElement.GetProperty("Resources").GetProperty(function).GetProperty("Properties").GetProperty("Handler").GetString()!;
        var parts = name.Split("::");
        return Assembly.Load(parts[0]).GetType(parts[1], throwOnError: true)!.GetMethod(parts[2])!;
    }

    private static MethodInfo Method(object target, string name) => target.GetType().GetMethods().Single(method => method.Name == name);

    private static object? Call(MethodInfo method, object target, params object?[] arguments) =>
        method.Invoke(target, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null);
}
