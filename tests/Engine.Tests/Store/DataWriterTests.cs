using Microsoft.Data.Sqlite;
using Stateside.Engine.Store.Data;

namespace Stateside.Engine.Tests.Store;

public sealed class DataWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("stateside-data-").FullName;
    private readonly DataStore _store;

    public DataWriterTests() => _store = DataStore.Open(_folder);

    [Fact]
    public void Whoever_brings_the_only_write_saves_it_himself()
    {
        var write = new Write();

        Assert.True(_store.Writer.TrySave(write));

        Assert.Equal(Environment.CurrentManagedThreadId, write.Thread);
        Assert.False(write.Told.IsSet);
    }

    [Fact]
    public void While_another_write_is_saved_the_next_waits_for_the_writers_thread()
    {
        using var goOn = new ManualResetEventSlim();
        var first = new Write { Does = () => Assert.True(goOn.Wait(TimeSpan.FromMinutes(1))) };
        var second = new Write();
        _store.Writer.Enqueue(first);
        Wait(first.Begun);

        Assert.False(_store.Writer.TrySave(second));

        goOn.Set();
        Wait(first.Told);
        Wait(second.Told);
        Assert.Equal(first.Thread, second.Thread);
        Assert.NotEqual(Environment.CurrentManagedThreadId, second.Thread);
    }

    [Fact]
    public void What_cannot_be_saved_here_is_tried_again_by_the_writers_thread()
    {
        var attempts = 0;
        var write = new Write
        {
            Does = () =>
            {
                // Alone and in its group, and then once more.
                if (++attempts <= 2)
                    throw new SqliteException("database or disk is full", 13);
            },
        };

        Assert.False(_store.Writer.TrySave(write));

        Wait(write.Told);
        Assert.Equal(3, attempts);
        Assert.Null(_store.Trouble);
    }

    [Fact]
    public void A_write_that_fails_by_a_defect_of_ours_is_told_so_and_all_others_are_saved()
    {
        var defect = new InvalidOperationException("ours");
        var (before, broken, after) = (new Write(), new Write { Does = () => throw defect }, new Write());
        var told = new List<Exception>();
        _store.OnTrouble(told.Add);
        using var goOn = new ManualResetEventSlim();
        _store.Writer.Enqueue(new Write { Does = () => Assert.True(goOn.Wait(TimeSpan.FromMinutes(1))) });
        foreach (var write in new[] { before, broken, after })
            _store.Writer.Enqueue(write);

        goOn.Set();

        Wait(before.Told);
        Wait(after.Told);
        Assert.Equal([(defect, false)], broken.Failures);
        Assert.False(broken.Told.IsSet);
        Assert.Null(_store.Trouble);
        Assert.Empty(told);
    }

    [Fact]
    public void Trouble_is_not_for_good_when_all_that_could_not_be_saved_here_is_given_up()
    {
        var write = new Write { Does = () => throw new SqliteException("database or disk is full", 13), IsGivenUp = true };

        Assert.False(_store.Writer.TrySave(write));

        Assert.True(SpinWait.SpinUntil(() => _store.Trouble is null, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task Writes_of_many_threads_are_all_saved_once()
    {
        var writes = Enumerable.Range(0, 400).Select(_ => new Write()).ToList();

        await Task.WhenAll(writes.Chunk(50).Select(some => Task.Run(() => some.ToList().ForEach(write =>
        {
            if (_store.Writer.TrySave(write))
                write.Saved();
        }))));

        Assert.All(writes, write => Wait(write.Told));
        Assert.All(writes, write => Assert.Equal((1, 1), (write.Times, write.TimesTold)));
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static void Wait(ManualResetEventSlim told) => Assert.True(told.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));

    private sealed class Write : IDataWrite
    {
        private int _timesTold;

        public Action Does { get; init; } = () => { };

        public bool IsGivenUp { get; init; }

        public ManualResetEventSlim Begun { get; } = new();

        public ManualResetEventSlim Told { get; } = new();

        public int Thread { get; private set; }

        public int Times { get; private set; }

        public int TimesTold => _timesTold;

        public List<(Exception Failure, bool IsPassing)> Failures { get; } = [];

        void IDataWrite.Write(DataTables tables)
        {
            Thread = Environment.CurrentManagedThreadId;
            Times++;
            Begun.Set();
            Does();
        }

        public void Saved()
        {
            Interlocked.Increment(ref _timesTold);
            Told.Set();
        }

        public bool Failed(Exception e, bool isPassing)
        {
            Failures.Add((e, isPassing));
            return IsGivenUp;
        }
    }
}
