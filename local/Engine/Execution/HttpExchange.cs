namespace Stateside.Engine.Execution;

/// <summary>
/// What an HTTP task sent and what it was answered, taken down where the test of a state asks for it.
/// See https://docs.aws.amazon.com/step-functions/latest/apireference/API_InspectionDataRequest.html.
/// </summary>
/// <param name="revealsSecrets">Whether what a connection adds to the request is shown too.</param>
internal sealed class HttpExchange(bool revealsSecrets)
{
    /// <summary>Whether what a connection adds to the request is shown too.</summary>
    public bool RevealsSecrets { get; } = revealsSecrets;

    /// <summary>What was sent; null when nothing was.</summary>
    public HttpSent? Sent { get; set; }

    /// <summary>What came back; null when nothing did.</summary>
    public HttpReceived? Received { get; set; }
}

/// <summary>A request as it is shown.</summary>
/// <param name="Protocol">The scheme of its address.</param>
/// <param name="Method">Its method.</param>
/// <param name="Url">Its address.</param>
/// <param name="Headers">Its headers as a list in brackets.</param>
/// <param name="Body">Its body; null when it has none.</param>
internal sealed record HttpSent(string Protocol, string Method, string Url, string Headers, string? Body);

/// <summary>An answer as it is shown.</summary>
/// <param name="Protocol">The scheme of the address that was asked.</param>
/// <param name="StatusCode">Its status.</param>
/// <param name="StatusMessage">What stands beside the status.</param>
/// <param name="Headers">Its headers as a list in brackets.</param>
/// <param name="Body">Its body; null when it is no text.</param>
internal sealed record HttpReceived(string Protocol, string StatusCode, string StatusMessage, string Headers, string? Body);
