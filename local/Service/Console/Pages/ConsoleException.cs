namespace Stateside.Service.Console.Pages;

/// <summary>A request that cannot be answered as asked, with what the reader is told.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="title">What is wrong, in few words.</param>
/// <param name="message">What is wrong and what can be done, in a sentence or two.</param>
internal sealed class ConsoleException(int status, string title, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Title { get; } = title;

    /// <summary>There is no such thing.</summary>
    public static ConsoleException NotFound(string message) => new(StatusCodes.Status404NotFound, "Not found", message);

    /// <summary>The request is not one that a page of the console makes.</summary>
    public static ConsoleException Refused(string message) => new(StatusCodes.Status403Forbidden, "Refused", message);

    /// <summary>Something in the request is wrong.</summary>
    public static ConsoleException Invalid(string message) => new(StatusCodes.Status400BadRequest, "Not accepted", message);

    /// <summary>Something else came first.</summary>
    public static ConsoleException Conflict(string message) => new(StatusCodes.Status409Conflict, "Changed meanwhile", message);
}
