using Amazon.Lambda.Core;

namespace Shapes;

/// <summary>What the handler below relies on, which a test replaces.</summary>
public interface IBank
{
    Task<string> ChargeAsync(string order, int amount);
}

/// <summary>A handler that is given what it relies on, as a container or a test does it; Lambda itself could not make it.</summary>
public sealed class Charging(IBank bank)
{
    public async Task<Receipt> HandleAsync(Order order, ILambdaContext context) =>
        new($"{await bank.ChargeAsync(order.Id, order.Lines)} by {context.FunctionName}");
}
