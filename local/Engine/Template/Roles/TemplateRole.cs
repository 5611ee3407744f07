using Stateside.Engine.Template.Parsing;
using Stateside.Language.Roles;

namespace Stateside.Engine.Template.Roles;

/// <summary>The role that a template declares for a state machine.</summary>
/// <param name="Place">Where its policies stand, or the role itself where it has none.</param>
/// <param name="Statements">What its policies say, and what policies of queues, topics and buckets may add.</param>
/// <param name="IsWhole">Whether all of its policies are known: else it may allow more.</param>
/// <param name="IsShared">Whether others than this machine use it.</param>
internal sealed record TemplateRole(TemplatePlace Place, IReadOnlyList<RoleStatement> Statements, bool IsWhole, bool IsShared);

/// <summary>A statement and where it stands.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Place">The place.</param>
/// <param name="Policy">What the policy is called, for a message; null for one that is written out.</param>
internal sealed record RoleStatement(Statement Statement, TemplatePlace Place, string? Policy);
