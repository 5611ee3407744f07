using System.Globalization;
using Stateside.Engine.Template;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Json;

namespace Stateside.Conformance.Stores;

/// <summary>
/// The embedded services beside moto's server: the same random requests, made from a seed, must have the same answers and the same errors
/// and leave the same state, but for what stores-exclusions.json explains.
/// </summary>
internal static class StoresSuite
{
    private const int Long = 10_000;
    private const string Subscription = "AWS::SNS::Subscription";

    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] options)
    {
        var (count, seed, over, only) = (1000, 1, "nothing", "");
        Uri? endpoint = null;
        for (var i = 0; i + 1 < options.Length; i += 2)
        {
            switch (options[i])
            {
                case "--count":
                    count = int.Parse(options[i + 1], CultureInfo.InvariantCulture);
                    break;
                case "--seed":
                    seed = int.Parse(options[i + 1], CultureInfo.InvariantCulture);
                    break;
                case "--over":
                    over = options[i + 1];
                    break;
                case "--only":
                    only = options[i + 1];
                    break;
                case "--moto":
                    endpoint = new Uri(options[i + 1]);
                    break;
                default:
                    Console.Error.WriteLine($"There is no option {options[i]}.");
                    return 2;
            }
        }

        var (moto, reason) = await MotoServer.StartAsync(endpoint);
        if (moto is null)
        {
            Console.WriteLine($"skipped: {reason}");
            return 0;
        }

        var folder = Directory.CreateTempSubdirectory("stateside-stores-");
        var template = TemplateReader.Read(new TemplateRequest(Path.Combine(AppContext.BaseDirectory, "stores.template.yaml")));
        try
        {
            await using (moto)
            await using (var ours = new OurSide(template, folder.FullName, over == "http"))
            {
                var exclusions = Exclusions.Read(Path.Combine(AppContext.BaseDirectory, "stores-exclusions.json"));
                var pair = new StorePair(ours.Client, OurSide.ClientOf(moto.Endpoint), exclusions);
                await DeclareAsync(pair, template);
                (string Service, Func<Task> Compare)[] suites =
                [
                    ("dynamodb", () => new ItemSuite(pair, template, new Random(seed)).CompareAsync(count)),
                    ("s3", () => new ObjectSuite(pair, new Random(seed)).CompareAsync(count)),
                    ("sqs", () => new QueueSuite(pair, ours, new Random(seed)).CompareAsync(count)),
                    ("sns", () => new TopicSuite(pair, ours, new Random(seed)).CompareAsync(count)),
                ];
                var asked = suites.Where(suite => only.Length == 0 || suite.Service == only).ToList();
                foreach (var (_, compare) in asked)
                    await compare();
                var way = over == "http" ? "over HTTP" : "directly";
                return pair.Report(
                    $"{count} requests each to {string.Join(", ", asked.Select(suite => suite.Service))}, ours asked {way}, seed {seed}", count >= Long && asked.Count == suites.Length);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Gives moto what the template declares.</summary>
    private static async Task DeclareAsync(StorePair pair, TemplateModel template)
    {
        // A queue comes after the one that has its dead letters, a subscription after all.
        foreach (var resource in template.Resources.OrderBy(resource => resource.Properties.ContainsKey("RedrivePolicy") ? 1 : resource.Type == Subscription ? 2 : 0))
        {
            var (service, action, request) = resource.Type switch
            {
                "AWS::DynamoDB::Table" => ("dynamodb", "CreateTable", resource.Properties),
                "AWS::S3::Bucket" => ("s3", "CreateBucket", JsonObject.Of(("Bucket", resource.Properties["BucketName"]!))),
                "AWS::SQS::Queue" => ("sqs", "CreateQueue", QueueRequests.Create(resource.Properties)),
                "AWS::SNS::Topic" => ("sns", "CreateTopic", TopicRequests.Create(resource.Properties, "TopicName")),
                Subscription => ("sns", "Subscribe", TopicRequests.Create(resource.Properties, "TopicArn", "Protocol", "Endpoint")),
                var other => throw new InvalidOperationException($"moto is not given {other}."),
            };
            var answer = await pair.MotoAsync(service, action, request);
            if (answer.IsError)
                throw new InvalidOperationException($"moto refuses {request.Text}: {answer}");
        }
    }
}
