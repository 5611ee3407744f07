using Stateside.Aws.Contents;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Data;

/// <summary>The tables, buckets, queues and topics of the template, with how much is in each.</summary>
internal sealed class ContentsPage(ConsoleServices services)
{
    public IEnumerable<ConsoleRoute> Routes =>
    [
        ConsoleRoute.Get("data", request => request.PageAsync(Show())),
        ConsoleRoute.Get("data/live", request => ContentFrame.LiveAsync(
            request, () => Task.FromResult(services.Contents is { } contents ? Part(contents) : Html.Empty))),
    ];

    private Page Show()
    {
        var part = services.Contents is { } contents && HasAny(contents) ? ContentFrame.Live($"{Links.Contents}/live", Part(contents)) : Nothing();
        return new Page("Data", Html.Of($"<h1>Data</h1>{part}")) { Script = "contents.js" };
    }

    private static bool HasAny(TemplateContents contents) =>
        contents.Tables.Count + contents.Buckets.Count + contents.Queues.Count + contents.Topics.Count > 0;

    private static Html Part(TemplateContents contents) => Html.Join(
    [
        Section("Tables", "tables", contents.Tables, contents.Elsewhere(TemplateContents.TableService), ["Items"],
            name => Html.Of($"<td class=\"number\">{contents.Table(name).Count}</td>")),
        Section("Buckets", "buckets", contents.Buckets, contents.Elsewhere(TemplateContents.BucketService), ["Objects", "Size"],
            name => contents.Bucket(name).Count is var (objects, bytes) ? Html.Of($"<td class=\"number\">{objects}</td><td class=\"number\">{Sizes.Show(bytes)}</td>") : Html.Empty),
        Section("Queues", "queues", contents.Queues, contents.Elsewhere(TemplateContents.QueueService), ["To be received", "In flight", "Delayed"],
            name => contents.Queue(name).Count is var counts
                ? Html.Of($"<td class=\"number\">{counts.Visible}</td><td class=\"number\">{counts.InFlight}</td><td class=\"number\">{counts.Delayed}</td>") : Html.Empty),
        Section("Topics", "topics", contents.Topics, contents.Elsewhere(TemplateContents.TopicService), [], _ => Html.Empty),
    ]);

    private static Html Section(string title, string kind, IReadOnlyList<Declared> all, string? elsewhere, string[] counted, Func<string, Html> count)
    {
        if (all.Count == 0)
            return Html.Empty;
        return Html.Of(
            $"""
            <section class="card" aria-labelledby="{kind}-title"><header><h2 id="{kind}-title">{title}</h2></header>
            {(elsewhere is not null ? Html.Of($"<p class=\"empty\">{elsewhere}</p>") : Html.Of(
                $"""
                <div class="scroll plain"><table class="grid">
                <thead><tr><th scope="col">Name</th><th scope="col">Logical id</th>{counted.Select(name => Html.Of($"<th scope=\"col\" class=\"number\">{name}</th>"))}</tr></thead>
                <tbody>{all.Select(declared => Html.Of(
                    $"""
                    <tr><th scope="row"><a href="{Links.Content(kind, declared.LogicalId)}"><bdi>{declared.Name}</bdi></a></th><td><bdi>{declared.LogicalId}</bdi></td>{count(declared.LogicalId)}</tr>
                    """))}</tbody>
                </table></div>
                """))}
            </section>
            """);
    }

    private static Html Nothing() => Html.Of(
        $"""
        <section class="notice"><p>The template declares no table, bucket, queue or topic. One that it declares is here with what it holds, such as</p>
        <pre class="code">Resources:
          Orders:
            Type: AWS::Serverless::SimpleTable
            Properties:
              TableName: orders</pre></section>
        """);
}
