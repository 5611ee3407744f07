namespace Stateside.Engine.History;

/// <summary>How the visits to one state stand: what its node in the graph shows.</summary>
internal sealed class StateSummary(string name)
{
    private readonly int[] _counts = new int[(int)VisitStatus.Aborted + 1];

    /// <summary>The state's name.</summary>
    public string Name { get; } = name;

    /// <summary>Visits that a later attempt of what is around them took the place of.</summary>
    public int Superseded { get; private set; }

    /// <summary>How often an attempt was made again.</summary>
    public int Retries { get; set; }

    /// <summary>The number of the last event that changed anything here.</summary>
    public long Changed { get; set; }

    /// <summary>How many visits stand so, those that were superseded left out.</summary>
    public int this[VisitStatus status] => _counts[(int)status];

    /// <summary>How many visits there were in all.</summary>
    public int Visits => _counts.Sum() + Superseded;

    /// <summary>What to show of all visits at once; null where the state was not entered.</summary>
    public VisitStatus? Status
    {
        get
        {
            // What is under way matters most, then what went wrong.
            ReadOnlySpan<VisitStatus> order = [VisitStatus.Running, VisitStatus.Failed, VisitStatus.Caught, VisitStatus.Aborted, VisitStatus.Succeeded];
            foreach (var status in order)
            {
                if (this[status] > 0)
                    return status;
            }

            return Superseded > 0 ? VisitStatus.Aborted : null;
        }
    }

    /// <summary>Counts a new visit.</summary>
    public void Add() => _counts[(int)VisitStatus.Running]++;

    /// <summary>Takes a visit from one status to another.</summary>
    public void Move(Visit visit, VisitStatus to)
    {
        if (!visit.IsSuperseded)
        {
            _counts[(int)visit.Status]--;
            _counts[(int)to]++;
        }
    }

    /// <summary>Takes a visit out of those that count.</summary>
    public void Supersede(Visit visit)
    {
        if (visit.IsSuperseded)
            return;
        _counts[(int)visit.Status]--;
        Superseded++;
        visit.IsSuperseded = true;
    }
}
