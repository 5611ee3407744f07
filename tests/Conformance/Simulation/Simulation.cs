using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store.Data;

namespace Stateside.Conformance.Simulation;

/// <summary>
/// One run from one seed: a service with its file, clock, handlers and clients. A step is one thing that happens: an execution moves, the
/// writer writes, a handler answers, a client asks, a timer fires, time passes. At any point where the service touches what is around it
/// it may die, and another begins with what is saved. At the end nothing goes wrong any more, and everything must come to its end.
/// </summary>
internal sealed class Simulation : ISurroundings, IDisposable
{
    private const int MostToEnd = 30_000;
    private const int LongestReady = 80;
    private const int LongestEnd = 1000;

    /// <summary>So late a look at the clock is still a lag: what is longer is taken for the computer's sleep.</summary>
    private static readonly TimeSpan LongestLag = TimeSpan.FromSeconds(5);
    private readonly string _folder;
    private readonly Plant _plant;
    private readonly Dice _dice;
    private readonly Trace _trace;
    private readonly SimulatedClock _clock = new();
    private readonly Handlers _handlers;
    private readonly Clients _clients;
    private readonly Ledger _ledger;
    private readonly MachineMaker _maker;
    private readonly int _steps;
    private readonly bool _dies;
    private readonly bool _jumps;
    private readonly bool _fills;
    private readonly bool _commitsAtOnce;
    private ServiceLife? _life;
    private Task? _ending;
    private int _endingFor;
    private TimeSpan _written;
    private int _lives;
    private int _untilDeath;
    private int _fullFor;
    private bool _isMade;
    private bool _isOver;
    private Task? _making;
    private bool _hasFaults;
    private int _ran;
    private int _toEnd;

    public Simulation(ulong seed, int number, Plant plant, string folder, Action<string>? show)
    {
        (_folder, _plant) = (folder, plant);
        _dice = new Dice((seed * 1_000_003) + (ulong)number);
        _trace = new Trace(show);
        _ledger = new Ledger(_trace);
        _steps = _dice.Between(150, 900);
        (_dies, _jumps, _fills) = (!_dice.OneIn(8), _dice.OneIn(4), _dice.OneIn(2));
        _commitsAtOnce = _dice.OneIn(2) && plant != Plant.EffectBeforeCommit;
        if (plant == Plant.DroppedDueTime)
            _jumps = false;
        _handlers = new Handlers(_dice, _ledger, _trace) { IsPrompt = _dice.OneIn(2) || plant == Plant.EffectBeforeCommit };
        _clients = new Clients(_dice, _ledger, _handlers, _trace, plant);
        _maker = new MachineMaker(_dice);
        Tally = new Tally { Seeds = 1 };
        Ahead();
    }

    /// <summary>What was counted.</summary>
    public Tally Tally { get; private set; }

    public Trace Trace => _trace;

    public string? Broken => _ledger.Broken;

    /// <summary>Takes a step.</summary>
    /// <returns>Whether there is another one.</returns>
    public bool TakeStep()
    {
        if (_isOver)
            return ThreadPool.PendingWorkItemCount > 0;
        _trace.Next();
        if (_ledger.Broken is not null)
            return End();
        if (_ending is { IsCompleted: false } && ++_endingFor > LongestEnd)
            _ledger.Break("a service that has nothing to do ends at once");
        if (_ending is { IsCompleted: false } || ((_life is null || _life.IsOver) && ThreadPool.PendingWorkItemCount > 0))
            return true;
        if (_life is null || _life.IsOver)
        {
            Begin();
            return true;
        }

        if (!_isMade)
        {
            Make(_life);
            return true;
        }

        if (_ran < _steps)
        {
            _ran++;
            _hasFaults = true;
            Go(_life);
            return true;
        }

        if (_hasFaults)
        {
            _trace.Add("nothing goes wrong any more");
            (_hasFaults, _fullFor, _handlers.IsGood) = (false, 0, true);
        }

        return ComeToEnd(_life) || End();
    }

    /// <inheritdoc/>
    public void Touched(ServiceLife life, string how)
    {
        // One that is still being made is not there yet: the one before it is dead already, and dies no second time.
        if (life != _life || !_hasFaults || !_dies || --_untilDeath > 0)
            return;
        _trace.Add($"dies where it {how}");
        Die();
    }

    /// <inheritdoc/>
    public Exception? CommitFails(IReadOnlyList<IDataWrite> writes)
    {
        Touched(_life!, "commits");
        if (_life!.IsOver)
            return new SqliteException("the service is dead", 13);
        if (_hasFaults && _fills && (_fullFor > 0 || _dice.OneIn(40)))
        {
            _trace.Add($"a commit of {writes.Count} fails");
            Tally = Tally with { FailedCommits = Tally.FailedCommits + 1 };
            return new SqliteException("database or disk is full", 13);
        }

        Tally = Tally with { Commits = Tally.Commits + 1 };
        if (_hasFaults && _plant == Plant.EffectBeforeCommit && writes is [ExecutionActor actor] && _dice.OneIn(20))
        {
            _trace.Add($"{Ledger.Short(actor.Execution.Arn)} goes on before its commit is made");
            _life.GoOnEarly(actor);
        }

        return null;
    }

    /// <inheritdoc/>
    public bool CommitsAtOnce() => _commitsAtOnce && _dice.OneIn(2);

    /// <inheritdoc/>
    public void Told(string arn, IReadOnlyList<HistoryEvent> events) => _ledger.Heard(_life!, arn, events);

    /// <inheritdoc/>
    void ISurroundings.Broken(string what)
    {
        // The execution that went on early has nothing left to be told.
        if (_plant != Plant.EffectBeforeCommit || !what.Contains(nameof(NullReferenceException), StringComparison.Ordinal))
            _ledger.Break(what);
    }

    private bool IsIdle => ThreadPool.PendingWorkItemCount == 0 && _life is { IsOver: false, Ready: 0 };

    /// <summary>The service begins, on what the one before it left.</summary>
    private void Begin()
    {
        var left = _life?.Left ?? Path.Combine(_folder, "0");
        _ending?.GetAwaiter().GetResult();
        _ending = null;
        _life?.Dispose();
        _clients.GiveUp();
        _lives++;
        _life = new ServiceLife(left, _clock, _handlers, this, _dice, () => _trace.Step);
        if (_plant == Plant.DroppedDueTime)
            _life.Time.Drops = () => _hasFaults && _dice.OneIn(30);
        Ahead();
        var restored = _life.Service.Engine.Restore();
        _trace.Add($"life {_lives} begins with {restored} executions");
        if (!_life.IsOver)
            LookAtAll(_life, isAllOver: false);
    }

    private void Make(ServiceLife life)
    {
        if (_ending is null && _clients.UnderWay == 0)
        {
            _making ??= _clients.MakeMachinesAsync(life, _maker);
            if (_making.IsCompleted)
            {
                _making.GetAwaiter().GetResult();
                _isMade = true;
                return;
            }
        }

        life.Write(isSecondOver: false);
    }

    private void Go(ServiceLife life)
    {
        if (_fullFor > 0)
            _fullFor--;
        else if (_fills && _dice.OneIn(200))
            Fill();
        switch (_dice.Below(100))
        {
            case < 40 when life.Ready > 0:
                Move(life);
                break;
            case < 58:
                Write(life);
                break;
            case < 68 when _handlers.UnderWay > 0:
                _handlers.EndOne();
                break;
            case < 84:
                _clients.Act(life, _maker);
                break;
            case < 94 when life.Time.Fire():
                _trace.Add("a timer has fired");
                break;
            case < 98:
                Pass(life);
                break;
            case 98 when _jumps:
                Jump();
                break;
            case 99 when _dies && _dice.OneIn(4) && IsIdle && !life.HasWrites:
                _trace.Add("ends in good order");
                Tally = Tally with { Ends = Tally.Ends + 1 };
                (_ending, _endingFor) = (life.EndAsync(), 0);
                break;
            default:
                if (life.Ready > 0)
                    Move(life);
                break;
        }

        if (!life.IsOver)
            CheckDue(life);
    }

    private void Move(ServiceLife life) => _trace.Add($"moves {life.MoveOne(_dice, LongestReady)}");

    private bool Write(ServiceLife life)
    {
        var isSecondOver = _clock.Elapsed - _written >= TimeSpan.FromSeconds(1);
        if (!life.Write(isSecondOver))
            return false;
        _written = _clock.Elapsed;
        _trace.Add("the writer has written");
        return true;
    }

    private void Pass(ServiceLife life)
    {
        var next = life.Time.Next - _clock.Elapsed;
        var time = _dice.OneIn(3) || next is not { } due || due > TimeSpan.FromMinutes(5)
            ? TimeSpan.FromMilliseconds(_dice.Of([1, 20, 300, 1000, 4000]))
            : due < TimeSpan.Zero ? TimeSpan.Zero : due + TimeSpan.FromMilliseconds(_dice.Of([0, 1, 500, 3000]));
        _clock.Go(time);
        _trace.Add($"{time.TotalSeconds} s pass");
    }

    private void Jump()
    {
        var by = TimeSpan.FromSeconds(_dice.Of([-3600, -60, -1, 1, 60, 7200]));
        _clock.SetWall(by);
        _ledger.WentBack |= by < TimeSpan.Zero;
        Tally = Tally with { Jumps = Tally.Jumps + 1 };
        _trace.Add($"the wall clock is set by {by.TotalSeconds} s");
    }

    private void Fill()
    {
        _fullFor = _dice.Between(5, 60);
        _trace.Add($"the disk is full for {_fullFor} steps");
    }

    private void Die()
    {
        Tally = Tally with { Kills = Tally.Kills + 1 };
        _life!.Die(Path.Combine(_folder, $"{_lives}"));
    }

    private void Ahead() => _untilDeath = _dice.Between(1, _dice.Of([30, 300, 1500]));

    /// <summary>Whoever waits for a time that is past has been told so, where nothing else is to be done.</summary>
    private void CheckDue(ServiceLife life)
    {
        if (!IsIdle || life.Time.Next <= _clock.Elapsed || life.HasWrites)
            return;
        var engine = life.Service.Engine;
        var (now, most) = (engine.Moment, TimeSpan.FromMilliseconds(2));
        foreach (var machine in _clients.Machines)
        {
            foreach (var actor in engine.ActorsOf(machine))
            {
                var due = Step.NextDue(actor.Execution, engine.Facts);

                // A date may have come by the wall clock being set, which nobody is told of.
                if (due.Steady + most < now.Steady || (!_jumps && due.Wall + most < now.Wall))
                    _ledger.Break($"no due time is lost: {Ledger.Short(actor.Execution.Arn)} was due at {due}, it is {now}, and nothing is to be done");
            }
        }
    }

    private void LookAtAll(ServiceLife life, bool isAllOver)
    {
        _clients.ListAll(life);
        _clients.ReadAll(life);
        foreach (var known in _ledger.Executions.ToList())
        {
            if (!life.IsOver && _ledger.Look(life, known) is not null)
                _ledger.LookAtMapRuns(life, known, isAllOver);
        }
    }

    /// <summary>Lets everything come to its end.</summary>
    /// <returns>Whether anything was still to be done.</returns>
    private bool ComeToEnd(ServiceLife life)
    {
        if (++_toEnd > MostToEnd)
        {
            _ledger.Break($"every execution comes to its end: {Running(life) ?? "none"} does not within {MostToEnd} steps");
            return true;
        }

        if (life.Ready > 0)
            Move(life);
        else if (ThreadPool.PendingWorkItemCount > 0 || Write(life))
            return true;
        else if (_handlers.UnderWay > 0)
            _handlers.EndOne();
        else if (!life.HasTrouble && _clients.Settle(life))
            return true;
        else if (life.Time.Fire())
            _trace.Add("a timer has fired");
        else
            return WaitOrStop(life);
        return true;
    }

    private bool WaitOrStop(ServiceLife life)
    {
        CheckDue(life);
        if (Running(life) is not { } running)
        {
            // The children that nobody has asked for yet are executions too.
            LookAtAll(life, isAllOver: false);
            if (_ledger.Broken is not null || Running(life) is not null)
                return true;
            LookAtAll(life, isAllOver: true);
            return false;
        }

        if (life.HasTrouble)
            Pass(TimeSpan.FromSeconds(1));
        else if (!_clients.IsPolling)
            _ = _clients.PollAsync(life);
        else if (life.Time.Next is not { } next)
            _ledger.Break($"every execution comes to its end: {running} runs, and nothing is to be done for it");
        else
            Pass(next - _clock.Elapsed > LongestLag ? next - _clock.Elapsed : LongestLag);
        return true;
    }

    private void Pass(TimeSpan time)
    {
        if (time > TimeSpan.Zero)
            _clock.Go(time);
        _trace.Add($"{time.TotalSeconds} s pass");
    }

    /// <summary>An execution that runs; null when none does.</summary>
    private string? Running(ServiceLife life)
    {
        foreach (var known in _ledger.Executions)
        {
            // Nobody redrives any more.
            if (!known.IsOver && _ledger.Look(life, known) is false)
                return $"{Ledger.Short(known.Arn)} ({Ledger.Kinds(known.Events.Select(e => JsonNode.Parse(e)!.AsObject()))})";
        }

        return null;
    }

    private bool End()
    {
        _trace.Add($"over: {_ledger.Executions.Count} executions, {_ledger.Checked} events");
        Tally = Tally with
        {
            Steps = _trace.Step,
            HandlerFaults = _handlers.Faults,
            Executions = _ledger.Executions.Count,
            Events = _ledger.Checked,
            Answers = _clients.Answered,
        };

        // What still moves ends before another seed begins.
        _isOver = true;
        _life?.Abandon();
        return true;
    }

    /// <summary>Lets go of its files.</summary>
    public void Dispose() => _life?.Dispose();
}
