namespace Stateside.Engine.Store.Data;

/// <summary>A row of the map runs.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Arn">The ARN.</param>
/// <param name="Execution">The number of the execution that began it.</param>
/// <param name="Record">What it was set up with, and how it stands; values are that execution's.</param>
/// <param name="Counts">How its items and children stood at its end; null while it is under way.</param>
internal sealed record MapRunRow(long Id, string Arn, long Execution, byte[] Record, byte[]? Counts);

/// <summary>A row of the Express children of map runs: each has one, once it is over.</summary>
/// <param name="Item">Which of the run's inputs it had.</param>
/// <param name="Name">A number made of its name, by which it is found.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Items">How many items it was given.</param>
/// <param name="Generation">The gathering that it ended in.</param>
/// <param name="Start">When it started, in ticks.</param>
/// <param name="Stop">When it ended, in ticks.</param>
/// <param name="Record">What it was given, and what it gave.</param>
internal sealed record ChildRow(int Item, long Name, int Status, int Items, int Generation, long Start, long Stop, byte[] Record);
