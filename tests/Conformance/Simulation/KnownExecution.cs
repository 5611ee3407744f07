using System.Text.Json.Nodes;

namespace Stateside.Conformance.Simulation;

/// <summary>What anybody knows of an execution: what was asked for, what was acknowledged, what was told.</summary>
internal sealed class KnownExecution(string arn, bool isExpress)
{
    public string Arn => arn;

    /// <summary>Whether it is Express, of which little is kept.</summary>
    public bool IsExpress => isExpress;

    /// <summary>Whether anybody was told that it is there.</summary>
    public bool IsTold { get; set; }

    /// <summary>What it was started with; null where nobody here started it.</summary>
    public string? Input { get; set; }

    /// <summary>When it began, as it was told.</summary>
    public string? StartDate { get; set; }

    /// <summary>What was told of it last.</summary>
    public JsonObject? Described { get; set; }

    /// <summary>Whether it was over when it was last asked for.</summary>
    public bool IsOver => Described is not null && (string)Described["status"]! is not ("RUNNING" or "PENDING_REDRIVE");

    /// <summary>How often it was redriven at least.</summary>
    public int Redrives { get; set; }

    /// <summary>The events that somebody saw.</summary>
    public List<string> Events { get; } = [];

    /// <summary>The kinds of the events that observers heard of, by number.</summary>
    public SortedDictionary<long, string> Heard { get; } = [];

    /// <summary>The attempts at its tasks, by token, with what was sent.</summary>
    public Dictionary<string, string> Attempts { get; } = [];

    /// <summary>What was given as results of its tasks.</summary>
    public HashSet<int> Given { get; } = [];

    /// <summary>The marks of answers by token that were acknowledged: they stand in its history.</summary>
    public HashSet<string> Answers { get; } = [];

    /// <summary>The tokens of activity tasks that workers got.</summary>
    public HashSet<string> Taken { get; } = [];

    /// <summary>The executions that it started.</summary>
    public HashSet<string> Children { get; } = [];
}
