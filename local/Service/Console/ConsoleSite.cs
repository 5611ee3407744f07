using Microsoft.AspNetCore.Http.Features;
using Stateside.Aws.Contents;
using Stateside.Engine;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.StateTests;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Engine.Template;
using Stateside.Service.Console.Data;
using Stateside.Service.Console.Executions;
using Stateside.Service.Console.Machines;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console;

/// <summary>
/// The console: pages, their data and their changes, all below /console. Nothing of it exists until the first page is asked for.
/// </summary>
/// <param name="service">The service.</param>
/// <param name="template">The template as it was last taken over; null where there is none.</param>
/// <param name="opened">The executions that were opened from records of AWS.</param>
/// <param name="time">The real clock.</param>
/// <param name="reportDefect">Is told of defects of ours.</param>
internal sealed class ConsoleSite(
    LocalService service, Func<TemplateModel?> template, OpenedExecutions opened, TimeProvider time, Action<Exception> reportDefect)
{
    private const string Root = "/console";

    /// <summary>Scripts, styles and connections of our own and nothing else; no page is shown inside another.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private readonly Lazy<(ConsoleServices Services, ConsoleRoute[] Routes)> _site = new(() =>
    {
        var services = new ConsoleServices(service, template, opened, time);
        return (services, RoutesOf(services));
    });

    /// <summary>Whether a request is for the console; every other one is for the API. The root is both's: a browser asks it for HTML.</summary>
    public static bool Serves(HttpRequest request)
    {
        if (IsOfClient(request))
            return false;
        var path = request.Path.Value ?? "";
        return path.Length > 1 ? path.StartsWith(Root, StringComparison.Ordinal) && (path.Length == Root.Length || path[Root.Length] == '/')
            : HttpMethods.IsGet(request.Method) && request.Headers.Accept.Any(accept => accept?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);
    }

    /// <summary>Whether a request is one of AWS's clients, for a bucket that is called console: it is signed, or has their headers. No page's is.</summary>
    private static bool IsOfClient(HttpRequest request) =>
        request.Headers.Authorization.ToString().StartsWith("AWS", StringComparison.Ordinal)
        || request.Query.ContainsKey("X-Amz-Signature")
        || request.Headers.Keys.Any(name => name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("amz-sdk-", StringComparison.OrdinalIgnoreCase));

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        SetHeaders(http.Response.Headers);
        if (http.Request.Path.Value is "/" or "" or Root)
        {
            http.Response.Redirect(Root + "/");
            return;
        }

        // Requests run on the thread that reads all connections, and a large page would keep the others waiting.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var (services, routes) = _site.Value;
        var request = new ConsoleRequest(http, services, new Dictionary<string, string>());
        try
        {
            RequestOrigin.Check(http.Request);
            var (route, values) = Find(routes, http);
            request = new ConsoleRequest(http, services, values);
            await route.AnswerAsync(request);
        }
        catch (Exception e)
        {
            await AnswerFailureAsync(request, e);
        }
    }

    private static ConsoleRoute[] RoutesOf(ConsoleServices services)
    {
        var frame = new MachineFrame(services);
        return
        [
            ConsoleRoute.Get("", request => request.RedirectAsync(Links.Machines)),
            ConsoleRoute.Get("assets/{version}/{file}", async request =>
            {
                if (!await services.Assets.SendAsync(request.Http, request["version"], request["file"]))
                    throw ConsoleException.NotFound($"There is no file {request["file"]}.");
            }),
            .. new MachinesPage(services).Routes,
            .. new ActivitiesPage(services).Routes,
            .. new ExecutionList(services, frame).Routes,
            .. new DefinitionPage(services, frame).Routes,
            .. new StartPage(services, frame).Routes,
            .. new TestPage(services, frame).Routes,
            .. new EditPage(services, frame).Routes,
            .. new VersionsPage(services, frame).Routes,
            .. new ExecutionPages(services).Routes,
            .. new OpenPage(services).Routes,
            .. new ContentsPage(services).Routes,
            .. new TablePages(services).Routes,
            .. new BucketPages(services).Routes,
            .. new QueuePages(services).Routes,
            .. new TopicPages(services).Routes,
            .. JsonCheck.Routes,
        ];
    }

    private static (ConsoleRoute ConsoleRoute, Dictionary<string, string> Values) Find(ConsoleRoute[] routes, HttpContext http)
    {
        // The path as it was sent: a slash within a part is written as %2F there.
        var raw = http.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2)[0];
        var path = raw.Split('/', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(Uri.UnescapeDataString).ToArray();
        var isElsewhere = false;
        foreach (var route in routes)
        {
            if (route.Match(path) is not { } values)
                continue;
            if (route.Method == http.Request.Method || (HttpMethods.IsHead(http.Request.Method) && route.Method == "GET"))
                return (route, values);
            isElsewhere = true;
        }

        throw isElsewhere
            ? new ConsoleException(StatusCodes.Status405MethodNotAllowed, "Not like this", $"{http.Request.Method} is not answered here.")
            : ConsoleException.NotFound($"The console has no page {http.Request.Path}.");
    }

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private async Task AnswerFailureAsync(ConsoleRequest request, Exception exception)
    {
        if (request.Aborted.IsCancellationRequested)
            return;
        var failure = exception switch
        {
            ConsoleException e => e,
            ApiException e => new ConsoleException(e.Status, e.Code, e.Message),
            StateTestException e => new ConsoleException(StatusCodes.Status400BadRequest, e.Code, e.Message),
            ContentException e => ConsoleException.Invalid(e.Message),
            ExecutionLimitException e => new ConsoleException(StatusCodes.Status429TooManyRequests, "Too many executions", e.Message),
            RecordDamagedException e => new ConsoleException(StatusCodes.Status500InternalServerError, "Damaged", e.Message),
            ExecutionHeldException e => new ConsoleException(StatusCodes.Status503ServiceUnavailable, "Held", e.Message),
            DataNotSavedException e => new ConsoleException(StatusCodes.Status503ServiceUnavailable, "Cannot be saved", e.Message),
            _ => null,
        };
        if (failure is null)
        {
            reportDefect(exception);
            failure = new ConsoleException(StatusCodes.Status500InternalServerError, "Defect", $"Stateside has a defect: {exception.GetType().Name}: {exception.Message}");
        }

        if (request.Http.Response.HasStarted)
            request.Http.Abort();
        else if (request.IsScript)
            await request.JsonAsync(new { error = failure.Title, message = failure.Message }, failure.Status);
        else
            await request.PageAsync(FailurePage(failure), failure.Status);
    }

    private static Page FailurePage(ConsoleException failure) => new(failure.Title, Html.Of(
        $"""
        <section class="notice">
        <h1>{failure.Title}</h1>
        <p>{failure.Message}</p>
        <p><a class="button" href="{Links.Machines}">All state machines</a></p>
        </section>
        """));
}
