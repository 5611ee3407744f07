using System.Globalization;
using Stateside.Aws.DynamoDb;
using Stateside.Aws.S3;
using Stateside.Aws.Services;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Conformance.Stores;

/// <summary>
/// The embedded stores beside moto's server: the same random requests, made from a seed, must have the same answers and the same errors
/// and leave the same state, but for what stores-exclusions.json explains.
/// </summary>
internal sealed class StoresSuite : IDisposable
{
    private const int MostShown = 20;
    private const int CheckEvery = 500;

    private readonly MotoServer _moto;
    private readonly StoreFile _file;
    private readonly DynamoDbStore _tables;
    private readonly S3Store _buckets;
    private readonly Exclusions _exclusions;
    private readonly SortedDictionary<string, (int Same, int Errors)> _compared = new(StringComparer.Ordinal);
    private int _differences;

    private StoresSuite(MotoServer moto, string file, Exclusions exclusions)
    {
        _moto = moto;
        _file = new StoreFile(file);
        _tables = new DynamoDbStore(_file, TimeProvider.System, AwsLocation.Default);
        _buckets = new S3Store(_file, TimeProvider.System, AwsLocation.Default);
        _exclusions = exclusions;
    }

    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] options)
    {
        var (count, seed) = (1000, 1);
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
        try
        {
            await using (moto)
            using (var suite = new StoresSuite(moto, Path.Combine(folder.FullName, "stores.db"), Exclusions.Read(Path.Combine(AppContext.BaseDirectory, "stores-exclusions.json"))))
            {
                await suite.CompareItemsAsync(count, new Random(seed));
                await suite.CompareObjectsAsync(count, new Random(seed));
                return suite.Report(count, seed);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public void Dispose() => _file.Dispose();

    private async Task CompareItemsAsync(int count, Random random)
    {
        var tables = new List<TableSchema>();
        foreach (var table in ItemRequests.Tables())
        {
            await _moto.DynamoDbAsync("CreateTable", table);
            tables.Add(TableSchema.Read(((JsonString)table["TableName"]!).Value, table, isSimple: false)!);
        }

        _tables.Declare(tables);
        var requests = new ItemRequests(random);
        for (var i = 1; i <= count; i++)
        {
            var (action, request) = requests.Next();
            var isSame = action is "Query" or "Scan" && random.Next(2) == 0
                ? await ComparePagesAsync(action, request.With("Limit", JsonValue.From(random.Next(1, 4))))
                : await CompareAsync(action, request);
            if (!isSame && action is "BatchWriteItem" or "TransactWriteItems" or "PutItem" or "UpdateItem" or "DeleteItem")
                await AlignAsync();
            if (i % CheckEvery == 0 || i == count)
            {
                foreach (var table in tables)
                    await CompareAsync("Scan", JsonObject.Of(("TableName", JsonValue.From(table.Name))));
            }
        }
    }

    private async Task<bool> CompareAsync(string action, JsonObject request)
    {
        var moto = await _moto.DynamoDbAsync(action, request);
        return Compare(action, request, OursOf(action, request), moto, body => Comparison.DynamoDb(action, body));
    }

    /// <summary>All pages of a query or scan, put together: where a page ends is not compared, what the pages hold is.</summary>
    private async Task<bool> ComparePagesAsync(string action, JsonObject request)
    {
        var ours = await PagesAsync(request, page => Task.FromResult(OursOf(action, page)));
        var moto = await PagesAsync(request, page => _moto.DynamoDbAsync(action, page));
        return Compare($"{action} by pages", request, ours, moto, body => Comparison.DynamoDb(action, body));
    }

    private static async Task<Answer> PagesAsync(JsonObject request, Func<JsonObject, Task<Answer>> send)
    {
        var items = new List<JsonValue>();
        var (count, scanned) = (0L, 0L);
        for (var pages = 0; pages < 100; pages++)
        {
            var answer = await send(request);
            if (answer.IsError)
                return answer;
            items.AddRange(answer.Body!["Items"] as JsonArray ?? JsonArray.Empty);
            count += ((JsonNumber)answer.Body["Count"]!).Int64;
            scanned += ((JsonNumber)answer.Body["ScannedCount"]!).Int64;
            if (answer.Body["LastEvaluatedKey"] is not { } last)
                break;
            request = request.With("ExclusiveStartKey", last);
        }

        return new Answer(JsonObject.Of(("Items", JsonArray.Of([.. items])), ("Count", JsonValue.From(count)), ("ScannedCount", JsonValue.From(scanned))), null, null);
    }

    private Answer OursOf(string action, JsonObject request)
    {
        try
        {
            return new Answer(_tables.Execute(action, request), null, null);
        }
        catch (StoreRefusal refusal)
        {
            return new Answer(refusal.Details, refusal.Code, refusal.Message);
        }
    }

    /// <summary>Gives moto our items, after a difference that is explained and would make others.</summary>
    private async Task AlignAsync()
    {
        foreach (var table in ItemRequests.Tables())
        {
            var name = JsonObject.Of(("TableName", table["TableName"]!));
            await _moto.DynamoDbAsync("DeleteTable", name);
            await _moto.DynamoDbAsync("CreateTable", table);
            var puts = ((JsonArray)_tables.Execute("Scan", name)["Items"]!).Select(item => (JsonValue)JsonObject.Of(("PutRequest", JsonObject.Of(("Item", item)))));
            foreach (var chunk in puts.Chunk(25))
                await _moto.DynamoDbAsync("BatchWriteItem", JsonObject.Of(("RequestItems", JsonObject.Of((((JsonString)table["TableName"]!).Value, JsonArray.Of(chunk))))));
        }
    }

    private async Task CompareObjectsAsync(int count, Random random)
    {
        _buckets.Declare(ObjectRequests.Buckets);
        foreach (var bucket in ObjectRequests.Buckets)
            await _moto.S3Async("CreateBucket", JsonObject.Of(("Bucket", JsonValue.From(bucket))), null);
        var requests = new ObjectRequests(random);
        for (var i = 1; i <= count; i++)
        {
            var (action, request, content) = requests.Next();
            if (action == "ListObjectsV2")
            {
                await CompareListingAsync(request);
                continue;
            }

            var moto = await _moto.S3Async(action, request, content);
            var ours = OursOf(action, request, content);
            if (!Compare(action, request, ours, moto, body => body) && action is "PutObject" or "DeleteObject" or "CopyObject")
                await AlignAsync(request);
        }
    }

    /// <summary>A listing page by page, each side with its own tokens.</summary>
    private async Task CompareListingAsync(JsonObject request)
    {
        var (ourPage, motoPage) = (request, request);
        for (var pages = 0; pages < 30; pages++)
        {
            var ours = OursOf("ListObjectsV2", ourPage, null);
            var moto = await _moto.S3Async("ListObjectsV2", motoPage, null);
            if (!Compare("ListObjectsV2", ourPage, ours, moto, WithoutToken) || ours.IsError)
                return;
            if (ours.Body!["NextContinuationToken"] is not { } ourToken || moto.Body!["NextContinuationToken"] is not { } motoToken)
                return;
            ourPage = request.With("ContinuationToken", ourToken);
            motoPage = request.With("ContinuationToken", motoToken);
        }

        static JsonObject WithoutToken(JsonObject body) =>
            body.ContainsKey("NextContinuationToken") ? body.With("NextContinuationToken", JsonValue.True) : body;
    }

    private Answer OursOf(string action, JsonObject request, byte[]? content)
    {
        try
        {
            var answer = _buckets.Execute(action, request, content);
            return new Answer(Comparison.S3(action, answer.Body, answer.Content), null, null);
        }
        catch (StoreRefusal refusal)
        {
            // An answer without a body has a status and no sentence.
            return action == "HeadObject" || refusal.StatusCode == 304
                ? new Answer(null, refusal.StatusCode.ToString(CultureInfo.InvariantCulture), "")
                : new Answer(null, refusal.Code, refusal.Message);
        }
    }

    private async Task AlignAsync(JsonObject request)
    {
        var key = JsonObject.Of(("Bucket", request["Bucket"]!), ("Key", request["Key"]!));
        var ours = OursOf("GetObject", key, null);
        if (ours.IsError)
            await _moto.S3Async("DeleteObject", key, null);
        else
            await _moto.S3Async("PutObject", key.With("ContentType", ours.Body!["ContentType"]!).With("Metadata", ours.Body["Metadata"]!), Convert.FromBase64String(((JsonString)ours.Body["Body"]!).Value));
    }

    private bool Compare(string action, JsonObject request, Answer ours, Answer moto, Func<JsonObject, JsonObject> canonical)
    {
        var isSame = ours.IsError == moto.IsError
            && (ours.IsError ? ours.Code == moto.Code && ours.Message == moto.Message : canonical(ours.Body!).Equals(canonical(moto.Body!)));
        if (isSame)
        {
            var (same, errors) = _compared.GetValueOrDefault(action);
            _compared[action] = ours.IsError ? (same, errors + 1) : (same + 1, errors);
            return true;
        }

        if (_exclusions.Explains(action, request.Text, ours.ToString(), moto.ToString()))
            return false;
        if (++_differences <= MostShown)
            Console.WriteLine($"{action} {request.Text}\n  ours {(ours.IsError ? ours : canonical(ours.Body!))}\n  moto {(moto.IsError ? moto : canonical(moto.Body!))}");
        return false;
    }

    private int Report(int count, int seed)
    {
        Console.WriteLine($"stores: {count} requests to DynamoDB and {count} to S3, seed {seed}");
        foreach (var (action, (same, errors)) in _compared)
            Console.WriteLine($"  {action}: {same} equal answers, {errors} equal errors");
        foreach (var (id, met) in _exclusions.Met)
            Console.WriteLine($"  explained: {id} {met} times");
        foreach (var id in count >= CheckEvery ? _exclusions.NeverMet : [])
            Console.WriteLine($"  never met: {id}");
        Console.WriteLine(_differences == 0 ? "no unexplained difference" : $"{_differences} unexplained differences");
        return _differences == 0 ? 0 : 1;
    }
}
