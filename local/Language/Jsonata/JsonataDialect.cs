namespace Stateside.Language.Jsonata;

/// <summary>Which functions an expression may call.</summary>
public enum JsonataDialect
{
    /// <summary>
    /// JSONata as Step Functions offers it: with $partition, $range, $hash, $uuid, $parse and a seed for $random, without $eval.
    /// See https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn.
    /// </summary>
    StepFunctions,

    /// <summary>JSONata as its reference implementation defines it. See https://docs.jsonata.org.</summary>
    Standard,
}
