using Stateside.Engine.Tasks;
using Stateside.Engine.Template;

namespace Stateside.Aws.Services;

/// <summary>One service of AWS within this process, for what a template declares of it.</summary>
internal interface IEmbeddedService : IServiceClient
{
    /// <summary>Whether the template declares anything of it.</summary>
    bool HasAny { get; }

    /// <summary>Whether a request is about something that the template declares, such as a table.</summary>
    bool Holds(ServiceCall call);

    /// <summary>Takes over what a template declares; what it no longer declares is gone.</summary>
    void Declare(TemplateModel template);
}
