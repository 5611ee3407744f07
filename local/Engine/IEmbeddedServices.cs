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

    /// <summary>
    /// What a template declares that is known by an address at AWS, such as a queue, with the address that leads to it here. Some SDKs send
    /// a request to the host in such an address, whatever their endpoint is.
    /// </summary>
    /// <param name="template">The template.</param>
    /// <param name="here">Where the services answer.</param>
    IEnumerable<EmbeddedAddress> Addresses(TemplateModel template, Uri here);

    /// <summary>The type of what a template declares of a service, such as AWS::SQS::Queue; null where nothing of it lives here.</summary>
    /// <param name="service">The service as resources spell it.</param>
    string? DeclaredAs(string service);

    /// <summary>Takes over what a template declares for them; what it no longer declares is gone.</summary>
    void Declare(TemplateModel template);
}

/// <summary>Two addresses of one thing.</summary>
/// <param name="Service">Its service, as resources spell it.</param>
/// <param name="Aws">The one that AWS gives it.</param>
/// <param name="Here">The one that leads to it here.</param>
internal sealed record EmbeddedAddress(string Service, string Aws, string Here);
