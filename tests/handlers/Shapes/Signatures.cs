using System.Text;
using Amazon.Lambda.Core;
using Amazon.Lambda.Serialization.SystemTextJson;

[assembly: LambdaSerializer(typeof(DefaultLambdaJsonSerializer))]

namespace Shapes;

public sealed record Order(string Id, int Lines);

public sealed record Receipt(string Text);

internal sealed record Secret(string Text);

public abstract class Inherited
{
    public string FromBase(Order order) => GetType().Name + " " + order.Id;
}

/// <summary>Every signature that Lambda takes.</summary>
public sealed class Signatures : Inherited
{
    private int _calls;

    public Receipt Value(Order order) => new($"{order.Id} has {order.Lines}");

    public Receipt ValueAndContext(Order order, ILambdaContext context) => new($"{order.Id} for {context.FunctionName}");

    public async Task<Receipt> ValueAsync(Order order)
    {
        await Task.Yield();
        return new Receipt(order.Id + " later");
    }

    public Task<Receipt> CompletedAsync(Order order) => Task.FromResult(new Receipt(order.Id + " at once"));

    public void Nothing(Order order) => _calls += order.Lines;

    public async Task NothingAsync(Order order)
    {
        await Task.Yield();
        _calls += order.Lines;
    }

    public int Calls() => ++_calls;

    public static string Text(string text) => text + "!";

    public static Stream Streams(Stream input)
    {
        using var reader = new StreamReader(input);
        return new MemoryStream(Encoding.UTF8.GetBytes("[" + reader.ReadToEnd() + "]"));
    }

    public static async Task<MemoryStream> StreamsAsync(Stream input)
    {
        var copy = new MemoryStream();
        await input.CopyToAsync(copy);
        copy.Position = 0;
        return copy;
    }

    public static string[] OnlyContext(ILambdaContext context) =>
    [
        context.AwsRequestId, context.FunctionName, context.FunctionVersion, context.InvokedFunctionArn, context.LogGroupName,
        context.LogStreamName, $"{context.MemoryLimitInMB}", $"{context.RemainingTime.TotalSeconds > 0}", context.TraceId,
        context.ClientContext.Client?.AppTitle ?? "no client", context.ClientContext.Custom?["tenant"] ?? "no tenant",
        context.Identity.IdentityId ?? "no identity", context.Serializer?.GetType().Name ?? "no serializer",
    ];

    public static object?[] Big(int length) => [new string('x', length)];

    internal static Secret Hidden(Secret secret) => new(secret.Text + " kept");

    public string Overloaded(Order order) => order.Id;

    public string Overloaded(string text) => text;

    public static Task? NullTask() => null;

    public static ValueTask<Receipt> ValueTask(Order order) => new(new Receipt(order.Id));

    public static T Generic<T>(T value) => value;

    public static async void AsyncVoid() => await Task.Yield();

    public static string Params(params string[] texts) => string.Concat(texts);

    public static string Three(Order order, ILambdaContext context, int more) => order.Id + context.FunctionName + more;

    public static string NotContext(Order order, string context) => order.Id + context;
}

public class GenericType<T>
{
    public T? Same(T value) => value;
}

public abstract class AbstractType
{
    public string Id(Order order) => order.Id;
}

public struct Counter
{
    public string Next(Order order) => order.Id + " in a struct";
}
