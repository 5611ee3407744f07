using Amazon.Lambda.Core;
using Amazon.Lambda.Serialization.SystemTextJson;

[assembly: LambdaSerializer(typeof(DefaultLambdaJsonSerializer))]

namespace Ferry._1;

/// <summary>What goes from state to state.</summary>
public sealed class Crossing
{
    public string Passenger { get; set; } = "";

    public int DelayInSeconds { get; set; }

    public string Log { get; set; } = "";
}

/// <summary>Two handlers of one class; the state machine waits between them where the ferry is late.</summary>
public sealed class Crossings
{
    public Crossing Board(Crossing crossing, ILambdaContext context)
    {
        context.Logger.LogLine($"{crossing.Passenger} comes aboard");
        crossing.Log = $"{crossing.Passenger} boarded";
        crossing.DelayInSeconds = crossing.Passenger.Length;
        return crossing;
    }

    public Crossing Land(Crossing crossing, ILambdaContext context)
    {
        crossing.Log += $", landed after {crossing.DelayInSeconds} s";
        return crossing;
    }
}
