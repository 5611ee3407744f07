using Stateside.Aws.Contents;

namespace Stateside.Testing;

public sealed partial class WorkflowTest
{
    /// <summary>A table that the template declares, to put items into before a run and to look at them after it.</summary>
    /// <param name="name">The table's logical id, or its name.</param>
    /// <returns>The table.</returns>
    /// <exception cref="WorkflowAssertionException">The template has none of that name.</exception>
    public TestTable Table(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new(Looking(() => Contents($"the table '{name}'").Table(name)), Options.Serializer);
    }

    /// <summary>A bucket that the template declares, to put objects into before a run and to look at them after it.</summary>
    /// <param name="name">The bucket's logical id, or its name.</param>
    /// <returns>The bucket.</returns>
    /// <exception cref="WorkflowAssertionException">The template has none of that name.</exception>
    public TestBucket Bucket(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new(Looking(() => Contents($"the bucket '{name}'").Bucket(name)), Options.Serializer);
    }

    /// <summary>A queue that the template declares, to send messages to and to look at those in it.</summary>
    /// <param name="name">The queue's logical id, or its name.</param>
    /// <returns>The queue.</returns>
    /// <exception cref="WorkflowAssertionException">The template has none of that name.</exception>
    public TestQueue Queue(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new(Looking(() => Contents($"the queue '{name}'").Queue(name)), Options.Serializer);
    }

    /// <summary>
    /// Fills tables, buckets and queues from a folder, as <c>stateside run --seed</c> does: <c>tables/NAME.jsonl</c>, <c>buckets/NAME/</c> and
    /// <c>queues/NAME.jsonl</c>. The folder that a template names in its Metadata counts for nothing in tests unless it is given here.
    /// </summary>
    /// <param name="folder">The folder. A relative path is looked for in the current folder, in the program's, and in those above it.</param>
    /// <exception cref="WorkflowAssertionException">Something in the folder is wrong; the message names file and line.</exception>
    public void Seed(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var found = SourceFile.Find(folder);
        if (!Directory.Exists(found))
            throw new WorkflowAssertionException($"{found}: There is no such folder to fill tables and buckets from.");
        Looking(() =>
        {
            SeedFolder.Put(found, Contents("a seed"), reason => throw new ContentException(reason));
            return true;
        });
    }

    /// <summary>Does something with what the template declares; what is wrong fails the test.</summary>
    internal static T Looking<T>(Func<T> look)
    {
        try
        {
            return look();
        }
        catch (ContentException e)
        {
            throw new WorkflowAssertionException(e.Message);
        }
    }

    private TemplateContents Contents(string what)
    {
        NeedsLocal(what);
        return new(Service, _template ?? throw new WorkflowAssertionException(
            $"This test has no template that could declare {what}. Begin it with WorkflowTest.FromTemplate(…)."));
    }
}
