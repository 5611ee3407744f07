// A handler with a bootstrap of its own, as a program on Amazon.Lambda.RuntimeSupport has one: it answers what it is told to.
using System.Text;
using System.Text.Json;

var root = $"http://{Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API")}/2018-06-01/runtime/";
using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };

if (Environment.GetEnvironmentVariable("FAIL_INIT") is { } failure)
{
    using var error = new StringContent($$"""{"errorType":"Bad.Start","errorMessage":"{{failure}}"}""");
    await client.PostAsync(root + "init/error", error);
    return 3;
}

while (true)
{
    using var next = await client.GetAsync(root + "invocation/next");
    using var payload = JsonDocument.Parse(await next.Content.ReadAsStreamAsync());
    var id = Header("Lambda-Runtime-Aws-Request-Id");
    Console.WriteLine($"got {payload.RootElement}");
    switch (payload.RootElement.GetProperty("do").GetString())
    {
        case "headers":
            string[] names =
            [
                "Lambda-Runtime-Aws-Request-Id", "Lambda-Runtime-Invoked-Function-Arn", "Lambda-Runtime-Trace-Id", "Lambda-Runtime-Client-Context",
            ];
            var late = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(Header("Lambda-Runtime-Deadline-Ms"), System.Globalization.CultureInfo.InvariantCulture));
            await PostAsync("response", JsonSerializer.Serialize(names.Select(Header).Append($"{late > DateTimeOffset.UtcNow}")));
            break;
        case "variables":
            await PostAsync("response", JsonSerializer.Serialize(payload.RootElement.GetProperty("names").EnumerateArray()
                .Select(name => Environment.GetEnvironmentVariable(name.GetString()!))));
            break;
        case "chunked":
            using (var chunked = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes("\"" + new string('c', 100_000) + "\""))))
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"{root}invocation/{id}/response") { Content = chunked };
                request.Headers.TransferEncodingChunked = true;
                await client.SendAsync(request);
            }

            break;
        case "large":
            Console.WriteLine($"status {await PostAsync("response", "\"" + new string('x', payload.RootElement.GetProperty("length").GetInt32()) + "\"")}");
            break;
        case "error":
            await PostAsync("error", """{"errorType":"OrderRejected","errorMessage":"no"}""");
            break;
        case "wrong id":
            id = "another";
            var status = await PostAsync("response", "1");
            id = Header("Lambda-Runtime-Aws-Request-Id");
            await PostAsync("response", $"{status}");
            break;
        case "exit":
            return 4;
    }

    string Header(string name) => next.Headers.TryGetValues(name, out var values) ? values.First() : "none";

    async Task<int> PostAsync(string outcome, string text)
    {
        using var content = new StringContent(text, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync($"{root}invocation/{id}/{outcome}", content);
        return (int)answer.StatusCode;
    }
}
