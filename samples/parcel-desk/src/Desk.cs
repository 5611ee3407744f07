using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Lambda.Core;
using Amazon.Lambda.Serialization.SystemTextJson;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SQS;

[assembly: LambdaSerializer(typeof(CamelCaseLambdaJsonSerializer))]

namespace ParcelDesk;

public sealed record Parcel(string Id, string To, decimal Kilograms);

public sealed record PickedUp(string Id, string Courier);

public sealed record HandedOver(string Id, string Status, string Courier, string Label);

/// <summary>Takes parcels in and hands them over: a row in a table, a label in a bucket, a notice in a queue.</summary>
public static class Desk
{
    private static readonly AmazonDynamoDBClient DynamoDb = new();
    private static readonly AmazonS3Client S3 = new();
    private static readonly AmazonSQSClient Sqs = new();
    private static readonly string? Parcels = Environment.GetEnvironmentVariable("PARCELS");
    private static readonly string? Labels = Environment.GetEnvironmentVariable("LABELS");
    private static readonly string? Notices = Environment.GetEnvironmentVariable("NOTICES");

    public static async Task<Parcel> TakeInAsync(Parcel parcel)
    {
        await S3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = Labels,
            Key = $"{parcel.Id}.txt",
            ContentBody = $"{parcel.Id} to {parcel.To}",
        });
        await DynamoDb.PutItemAsync(Parcels, new Dictionary<string, AttributeValue>
        {
            ["id"] = new(parcel.Id),
            ["to"] = new(parcel.To),
            ["kilograms"] = new() { N = parcel.Kilograms.ToString(CultureInfo.InvariantCulture) },
            ["status"] = new("AT_DESK"),
        });
        return parcel;
    }

    public static async Task<HandedOver> HandOverAsync(PickedUp pickedUp, ILambdaContext context)
    {
        using var label = await S3.GetObjectAsync(Labels, $"{pickedUp.Id}.txt");
        using var reader = new StreamReader(label.ResponseStream);
        var handedOver = new HandedOver(pickedUp.Id, "HANDED_OVER", pickedUp.Courier, await reader.ReadToEndAsync());
        await DynamoDb.UpdateItemAsync(new UpdateItemRequest
        {
            TableName = Parcels,
            Key = new() { ["id"] = new(handedOver.Id) },
            UpdateExpression = "SET #status = :status, courier = :courier",
            ExpressionAttributeNames = new() { ["#status"] = "status" },
            ExpressionAttributeValues = new() { [":status"] = new(handedOver.Status), [":courier"] = new(handedOver.Courier) },
        });
        await Sqs.SendMessageAsync(Notices, $"{handedOver.Label} is on its way with {handedOver.Courier}.");
        context.Logger.LogInformation($"Handed over {handedOver.Id}.");
        return handedOver;
    }
}
