using Stateside.Language.Json;

namespace Stateside.Language.Templates;

/// <summary>Something in a template that AWS refuses when a machine is created.</summary>
/// <param name="Owner">The place of the object that has the field; AWS names this one.</param>
/// <param name="Place">The place of the field itself.</param>
/// <param name="Message">The problem in AWS's words, without the place.</param>
/// <param name="Detail">What exactly is wrong, for whoever must mend it; null when the message says it all.</param>
internal sealed record TemplateProblem(JsonPlace Owner, JsonPlace Place, string Message, string? Detail);
