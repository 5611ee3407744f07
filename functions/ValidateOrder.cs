using System.Text.Json;
using Amazon.Lambda.Core;

namespace OrderIntake;

/// <summary>
/// Takes an order as a shop posts it and gives it in normal form, or throws <see cref="InvalidOrderException" /> with all its
/// problems at once, so that a sender can mend them in one go.
/// </summary>
public sealed class ValidateOrder
{
    public Order Handle(JsonElement posted, ILambdaContext context)
    {
        using var deadline = Deadline.Of(context);
        var problems = new Problems();
        var order = new OrderReader(problems, deadline.Token).Read(posted);
        if (problems.Count > 0)
        {
            context.Logger.LogInformation($"Rejected with {problems.Count} problems.");
            throw new InvalidOrderException(problems.ToString());
        }
        context.Logger.LogInformation($"Accepted {Problems.Quote(order.OrderId)} with {order.Lines.Count} lines.");
        return order;
    }
}
