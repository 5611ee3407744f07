namespace Stateside.Language.Templates;

/// <summary>Something in a template that AWS refuses when a machine is created.</summary>
/// <param name="Location">Where in the template, each key or index after a slash: <c>/Payload/ids/0/id.$</c>.</param>
/// <param name="Field">The key the value stands under.</param>
/// <param name="Message">The problem in AWS's words, without the place.</param>
/// <param name="Detail">What exactly is wrong, for whoever must mend it; null when the message says it all.</param>
public sealed record TemplateProblem(string Location, string Field, string Message, string? Detail);
