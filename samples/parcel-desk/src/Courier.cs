using System.Text.Json;
using Amazon.StepFunctions;
using Amazon.StepFunctions.Model;

namespace ParcelDesk;

/// <summary>What Lambda gives a function of a queue's messages.</summary>
public sealed record QueueEvent(IReadOnlyList<QueueMessage> Records);

public sealed record QueueMessage(string MessageId, string Body);

public sealed record PickUp(string Token, Parcel Parcel);

/// <summary>Answers those who wait for a pick-up.</summary>
public static class Courier
{
    private const decimal MostKilograms = 30;

    private static readonly AmazonStepFunctionsClient StepFunctions = new();

    public static async Task AnswerAsync(QueueEvent messages)
    {
        foreach (var message in messages.Records)
        {
            var (token, parcel) = JsonSerializer.Deserialize<PickUp>(message.Body, JsonSerializerOptions.Web)!;
            if (parcel.Kilograms <= MostKilograms)
            {
                var answer = JsonSerializer.Serialize(new { courier = "Ada" });
                await StepFunctions.SendTaskSuccessAsync(new SendTaskSuccessRequest { TaskToken = token, Output = answer });
            }
            else
            {
                var cause = $"{parcel.Id} has {parcel.Kilograms} kg, and Ada carries {MostKilograms}.";
                await StepFunctions.SendTaskFailureAsync(new SendTaskFailureRequest { TaskToken = token, Error = "TooHeavy", Cause = cause });
            }
        }
    }
}
