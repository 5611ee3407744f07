using Stateside.Engine.Tasks;
using Stateside.Engine.Template;

namespace Stateside.Engine;

/// <summary>
/// The services beside Step Functions that live in this process, such as DynamoDB for the template's tables. They are asked before the
/// network where no endpoint is configured for a service. The engine knows none of them; <see cref="LocalServiceOptions.Embedded"/> brings
/// them in, and they end with the service.
/// </summary>
internal interface IEmbeddedServices : IServiceClient, IAsyncDisposable
{
    /// <summary>
    /// Whether the request is about something that lives here, such as a declared table. Any other goes to the service's endpoint, or
    /// fails with an error that tells how to name one. An action that is not covered, on something that lives here, is theirs to refuse.
    /// </summary>
    bool Holds(ServiceCall call);

    /// <summary>The services that the template declares something of, as resources spell them.</summary>
    IEnumerable<string> Declared { get; }

    /// <summary>The type of what a template declares of a service, such as AWS::SQS::Queue; null where nothing of it lives here.</summary>
    /// <param name="service">The service as resources spell it.</param>
    string? DeclaredAs(string service);

    /// <summary>Takes over what a template declares for them; what it no longer declares is gone.</summary>
    void Declare(TemplateModel template);
}
