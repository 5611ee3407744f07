using System.Globalization;

namespace Stateside.Engine.Functions;

/// <summary>
/// The variables by which Lambda tells a function which it is and where its code lies.
/// See https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html.
/// </summary>
internal static class LambdaVariables
{
    /// <summary>The X-Ray header of the invocation under way.</summary>
    public const string Trace = "_X_AMZN_TRACE_ID";

    /// <summary>The time zone, which a function may set to another.</summary>
    public const string TimeZone = "TZ";

    /// <summary>The variables of an environment. Where the function has one of its own by such a name, that one counts.</summary>
    /// <param name="function">The function.</param>
    /// <param name="folder">The folder of its code.</param>
    /// <param name="logStream">The name of the environment's log stream.</param>
    public static KeyValuePair<string, string>[] Of(FunctionConfiguration function, string folder, string logStream)
    {
        return
        [
            Variable("_HANDLER", function.Handler),
            Variable("AWS_EXECUTION_ENV", "AWS_Lambda_" + function.Runtime),
            Variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.MemorySize.ToString(CultureInfo.InvariantCulture)),
            Variable("AWS_LAMBDA_FUNCTION_NAME", function.Name),
            Variable("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            Variable("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            Variable("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + function.Name),
            Variable("AWS_LAMBDA_LOG_STREAM_NAME", logStream),
            Variable("LAMBDA_RUNTIME_DIR", folder),
            Variable("LAMBDA_TASK_ROOT", folder),
            Variable(TimeZone, ":UTC"),
        ];

        KeyValuePair<string, string> Variable(string name, string value) => new(name, function.Variables.GetValueOrDefault(name, value));
    }
}
