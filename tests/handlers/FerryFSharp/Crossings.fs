namespace FerryFSharp._1

open Amazon.Lambda.Core
open Amazon.Lambda.Serialization.SystemTextJson

[<assembly: LambdaSerializer(typeof<DefaultLambdaJsonSerializer>)>]
do ()

/// What goes from state to state.
[<CLIMutable>]
type Crossing =
    { Passenger: string
      DelayInSeconds: int
      Log: string }

/// Two handlers of one class; the state machine waits between them where the ferry is late.
type Crossings() =
    member _.Board (crossing: Crossing) (context: ILambdaContext) =
        context.Logger.LogLine $"{crossing.Passenger} comes aboard"

        { crossing with
            Log = $"{crossing.Passenger} boarded"
            DelayInSeconds = crossing.Passenger.Length }

    member _.Land (crossing: Crossing) (context: ILambdaContext) =
        { crossing with
            Log = $"{crossing.Log}, landed after {crossing.DelayInSeconds} s" }
