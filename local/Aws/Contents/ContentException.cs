namespace Stateside.Aws.Contents;

/// <summary>What somebody wanted to look at or put cannot be: a sentence that says what is wrong, and what to do.</summary>
internal sealed class ContentException(string message) : Exception(message);
