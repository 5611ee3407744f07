using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Stateside.Service.Tests.Cli;

namespace Stateside.Service.Tests.Console;

/// <summary>The console as a whole: who may use it, what its pages carry, and that hostile names are nothing but names.</summary>
public sealed partial class ConsoleTests
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private const string Hostile = """<img src=x onerror=alert(1)>'\"&""";

    private static readonly string HostileDefinition =
        """
        {"Comment": "NAME", "StartAt": "NAME", "States": {"NAME": {"Comment": "NAME", "Type": "Fail", "Error": "NAME", "Cause": "NAME"}}}
        """.Replace("NAME", Hostile, StringComparison.Ordinal);

    [Theory]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", HttpStatusCode.OK, "<h1>State machines</h1>")]
    [InlineData("*/*", HttpStatusCode.NotFound, "UnknownOperationException")]
    [InlineData(null, HttpStatusCode.NotFound, "UnknownOperationException")]
    public async Task The_root_leads_browsers_to_the_console_and_is_the_api_for_everybody_else(string? accept, HttpStatusCode status, string text)
    {
        await using var server = await Serving.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        if (accept is not null)
            request.Headers.Accept.ParseAdd(accept);

        using var response = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, response.StatusCode);
        Assert.Contains(text, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0")]
    [InlineData("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]
    [InlineData("amz-sdk-invocation-id", "1")]
    [InlineData(null, "?X-Amz-Credential=a/20260101/us-east-1/s3/aws4_request&X-Amz-Signature=0")]
    public async Task A_bucket_called_console_is_asked_for_by_clients_of_S3(string? header, string value)
    {
        using var project = new Project("Resources: {Box: {Type: AWS::S3::Bucket, Properties: {BucketName: console}}}");
        await using var server = await Serving.StartAsync("--template", project.Template, "--in-memory");
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/console/machines{(header is null ? value : "")}") { Content = new StringContent("mine") };
        if (header is not null)
            request.Headers.TryAddWithoutValidation(header, value);

        using var response = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("<h1>State machines</h1>", await server.Http.GetStringAsync("/console/machines", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Every_page_answers_under_a_strict_policy()
    {
        using var project = new Project();
        await using var server = await Serving.StartAsync("--template", project.Template, "--in-memory");
        string[] paths =
        [
            "/console/machines", "/console/activities", .. new[] { "", "definition", "edit", "start", "test", "versions" }.Select(page => ConsoleCalls.Machine("Greeting", page)),
        ];

        foreach (var path in paths)
        {
            using var response = await server.Http.GetAsync(path, TestContext.Current.CancellationToken);
            var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {page}");
            Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal(Policy, Header(response, "Content-Security-Policy"));
            Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
            Assert.Equal("no-referrer", Header(response, "Referrer-Policy"));
            Assert.Equal("no-store", Header(response, "Cache-Control"));
            Assert.DoesNotMatch(Inline(), page);
        }
    }

    [Fact]
    public async Task A_definition_that_is_too_large_to_draw_says_so_on_its_page_and_on_its_executions()
    {
        await using var server = await Serving.StartAsync();
        var states = Enumerable.Range(0, 1001).ToDictionary(i => $"S{i}", i => i < 1000 ? (object)new { Type = "Pass", Next = $"S{i + 1}" } : new { Type = "Succeed" });
        await server.CreateAsync("Large", JsonSerializer.Serialize(new { StartAt = "S0", States = states }));

        var execution = await server.StartExecutionAsync("Large");

        foreach (var path in new[] { ConsoleCalls.Machine("Large"), $"/console/executions/{execution}" })
            Assert.Contains("1001 states are too many to draw", await server.PageAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_names_are_shown_and_never_markup()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Hostile", HostileDefinition);
        await server.EndedAsync(await server.StartExecutionAsync("Hostile"));
        string[] paths =
        [
            "/console/machines",
            $"/console/machines/{Uri.EscapeDataString(Hostile)}",
            $"/console/{Uri.EscapeDataString(Hostile)}",
            $"{ConsoleCalls.Machine("Hostile")}?name={Uri.EscapeDataString(Hostile)}&status={Uri.EscapeDataString(Hostile)}",
            ConsoleCalls.Machine("Hostile", "start") + $"?qualifier={Uri.EscapeDataString(Hostile)}",
            ConsoleCalls.Machine("Hostile", "test") + $"?state={Uri.EscapeDataString(Hostile)}",
            ConsoleCalls.Machine("Hostile", "definition"), ConsoleCalls.Machine("Hostile", "edit"), ConsoleCalls.Machine("Hostile", "versions"),
        ];

        foreach (var path in paths)
        {
            using var response = await server.Http.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.DoesNotContain("<img src=x", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        Assert.Contains("&lt;img src=x onerror=alert(1)&gt;", await server.PageAsync(ConsoleCalls.Machine("Hostile", "definition")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_is_not_there_shows_the_way_back()
    {
        await using var server = await Serving.StartAsync();

        using var response = await server.Http.GetAsync("/console/nothing", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("href=\"/console/machines\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Origin", "http://attacker.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_change_from_elsewhere_is_refused(string header, string value)
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Pass", Definitions.Pass);

        var (status, _) = await server.ChangeAsync(ConsoleCalls.Machine("Pass", "start"), new { input = "{}" }, request => request.Headers.Add(header, value));

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Empty((await server.CallAsync("ListExecutions", new { stateMachineArn = ConsoleCalls.ArnOf("Pass") })).GetProperty("executions").EnumerateArray());
    }

    [Fact]
    public async Task A_change_needs_the_header_that_no_form_can_send()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Pass", Definitions.Pass);

        var (status, body) = await server.ChangeAsync(ConsoleCalls.Machine("Pass", "start"), new { input = "{}" }, request => request.Headers.Remove("X-Stateside-Console"));

        Assert.Equal((HttpStatusCode.Forbidden, "Refused"), (status, body.Text("error")));
    }

    [Fact]
    public async Task A_change_is_asked_for_in_json()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Pass", Definitions.Pass);

        var (status, _) = await server.ChangeAsync(
            ConsoleCalls.Machine("Pass", "start"), new { }, request => request.Content = new StringContent("input=%7B%7D", Encoding.UTF8, "application/x-www-form-urlencoded"));

        Assert.Equal(HttpStatusCode.Forbidden, status);
    }

    [Fact]
    public async Task Another_site_may_lead_to_a_page_and_may_not_read_data()
    {
        await using var server = await Serving.StartAsync();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/console/machines", "navigate"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync("/console/machines", "no-cors"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync("/console/machines/live", "cors"));

        async Task<HttpStatusCode> StatusAsync(string path, string mode)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Sec-Fetch-Site", "cross-site");
            request.Headers.Add("Sec-Fetch-Mode", mode);
            using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task A_name_that_an_attacker_leads_here_has_no_console()
    {
        await using var server = await Serving.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/console/machines");
        request.Headers.Host = "attacker.example";

        using var response = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Assets_are_kept_for_good_under_an_address_that_changes_with_them()
    {
        await using var server = await Serving.StartAsync();
        var link = Asset().Match(await server.PageAsync("/console/machines")).Groups[1].Value;

        using var request = new HttpRequestMessage(HttpMethod.Get, link);
        request.Headers.AcceptEncoding.ParseAdd("br");
        using var response = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("public, max-age=31536000, immutable", Header(response, "Cache-Control").Replace("immutable, ", "", StringComparison.Ordinal));
        Assert.Equal("br", Assert.Single(response.Content.Headers.ContentEncoding));
        using var again = new HttpRequestMessage(HttpMethod.Get, link);
        again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await server.Http.SendAsync(again, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_large_page_is_sent_packed_to_whoever_takes_that()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Large", Definitions.Pass.Replace("\"Type\"", $"\"Comment\": \"{new string('x', 20_000)}\", \"Type\"", StringComparison.Ordinal));
        var path = ConsoleCalls.Machine("Large", "definition");
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptEncoding.ParseAdd("gzip, br");

        using var response = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);
        await using var body = new GZipStream(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), CompressionMode.Decompress);
        using var reader = new StreamReader(body);

        Assert.Equal(await server.PageAsync(path), await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.InRange(response.Content.Headers.ContentLength!.Value, 1, 10_000);
    }

    [Theory]
    [InlineData("/console/assets/x/nothing.js")]
    [InlineData("/console/assets/x/..%2F..%2FProgram.cs")]
    [InlineData("/console/assets/x/%2Fetc%2Fpasswd")]
    public async Task There_are_no_other_assets(string path)
    {
        await using var server = await Serving.StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync(path, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task The_first_load_of_any_page_is_under_150_KB()
    {
        using var project = new Project();
        await using var server = await Serving.StartAsync("--template", project.Template, "--in-memory");

        foreach (var page in new[] { "", "definition", "edit", "start", "test", "versions" })
        {
            var weight = 0;
            var seen = new HashSet<string>();
            var open = new Queue<string>([ConsoleCalls.Machine("Greeting", page)]);
            while (open.TryDequeue(out var path))
            {
                if (!seen.Add(path))
                    continue;
                var text = await server.PageAsync(path);
                weight += Encoding.UTF8.GetByteCount(text);
                foreach (Match match in Asset().Matches(text))
                    open.Enqueue(match.Groups[1].Value);
                foreach (Match match in Import().Matches(text))
                    open.Enqueue($"{path[..path.LastIndexOf('/')]}/{match.Groups[1].Value}");
            }

            Assert.True(seen.Count > 3, $"{page} loads {string.Join(' ', seen)}");
            Assert.True(weight < 150_000, string.Create(CultureInfo.InvariantCulture, $"{page} loads {weight} bytes"));
        }
    }

    [Fact]
    public async Task Where_requests_must_be_signed_there_is_no_console()
    {
        using var keys = new Environment(("STATESIDE_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("STATESIDE_SECRET_ACCESS_KEY", "secret"));
        await using var server = await Serving.StartAsync("--host", "0.0.0.0");
        server.Http.BaseAddress = new Uri($"http://127.0.0.1:{server.Http.BaseAddress!.Port}");

        using var response = await server.Http.GetAsync("/console/machines", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("<Message>Missing Authentication Token</Message>", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.DoesNotContain("console", server.Error, StringComparison.Ordinal);
    }

    private static string Header(HttpResponseMessage response, string name) => string.Join(", ", response.Headers.GetValues(name));

    /// <summary>Scripts, styles and handlers within a page, which the policy would stop.</summary>
    [GeneratedRegex("""<script(?![^>]* src=)|<style|\sstyle="|\son[a-z]+="|javascript:""")]
    private static partial Regex Inline();

    [GeneratedRegex("(?:href|src)=\"(/console/assets/[^\"]+)\"")]
    private static partial Regex Asset();

    [GeneratedRegex("""from "\./([a-z.-]+)";""")]
    private static partial Regex Import();

    private sealed class Environment : IDisposable
    {
        private readonly (string Name, string? Former)[] _former;

        public Environment(params (string Name, string Value)[] values)
        {
            _former = [.. values.Select(value => (value.Name, System.Environment.GetEnvironmentVariable(value.Name)))];
            foreach (var (name, value) in values)
                System.Environment.SetEnvironmentVariable(name, value);
        }

        public void Dispose()
        {
            foreach (var (name, value) in _former)
                System.Environment.SetEnvironmentVariable(name, value);
        }
    }
}
