using Stateside.Engine.Execution;
using Stateside.Service.Console.Pages;
using Stateside.Engine.History;

namespace Stateside.Service.Console.Executions;

/// <summary>The child executions of a distributed Map's run, in parts.</summary>
internal sealed class MapRunRows(ConsoleServices services, ExecutionViews views)
{
    private const int MostRows = 200;

    /// <summary>A part: newest first, those of one status or all, and how many stand how.</summary>
    public object Of(ConsoleRequest request)
    {
        var run = request.Query("run") ?? throw ConsoleException.Invalid("Name the map run.");
        if (!views.Read(request["execution"], view => view.MapRuns.Any(other => other.Arn == run)).Result)
            throw ConsoleException.NotFound($"The execution has no map run {run}.");
        var found = services.Engine.List(new ExecutionQuery(run)
        {
            Status = ExecutionStatuses.Of(request.Query("status")),
            Before = request.QueryNumber("before"),
            Limit = MostRows + 1,
        });
        var counts = services.Engine.Count(run);
        return new
        {
            counts = Status.All.Select(status => new object[] { status.Name(), counts.GetValueOrDefault(status) }),
            next = found.Count > MostRows ? found[MostRows - 1].Number : (long?)null,
            rows = found.Take(MostRows).Select(child => new object?[]
            {
                child.ItemIndex, child.Name, Links.Execution(child.Arn), child.Status.Name(), ViewUpdate.Milliseconds(child.StartDate),
                child.StopDate is { } stop ? ViewUpdate.Milliseconds(stop) : null, EventRows.Line(child.Error ?? ""),
            }),
        };
    }
}
