using Stateside.Language.Definitions;

namespace Stateside.Language.Services;

/// <summary>
/// What optimized integrations ask that call no action of an API by the names and members that it has, in the form of
/// <c>aws-services.zip</c>. See the page of each integration below
/// https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html.
/// </summary>
internal static class OwnRequests
{
    private static readonly Lazy<ServiceModel> Model = new(() => new ServiceModel("""
        structure any document
        structure apigateway:invoke
         ApiEndpoint! string
         Method! string
         Headers any
         Stage string
         Path string
         QueryParameters any
         RequestBody any
         AllowNullValues boolean
         AuthType string
        structure bedrock:invokeModel
         ModelId! string
         Body any
         Input any
         Output any
         ContentType string
         Accept string
         Trace string
         GuardrailIdentifier string
         GuardrailVersion string
         PerformanceConfigLatency string
         ServiceTier string
        structure eks:call
         ClusterName! string
         CertificateAuthority! string
         Endpoint! string
         Method! string
         Path! string
         QueryParameters any
         RequestBody any
        structure eks:runJob
         ClusterName! string
         CertificateAuthority! string
         Endpoint! string
         Namespace string
         Job! any
         LogOptions any
        structure elasticmapreduce:addStep
         ClusterId! string
         Step! any
         ExecutionRoleArn string
        structure elasticmapreduce:cancelStep
         ClusterId! string
         StepId! string
        structure elasticmapreduce:modifyInstanceFleetByName
         ClusterId! string
         InstanceFleetName! string
         InstanceFleet! any
        structure elasticmapreduce:modifyInstanceGroupByName
         ClusterId! string
         InstanceGroupName! string
         InstanceGroup! any
        structure elasticmapreduce:setClusterTerminationProtection
         ClusterId! string
         TerminationProtected! boolean
        structure elasticmapreduce:terminateCluster
         ClusterId! string
        structure http:invoke
         ApiEndpoint! string
         Method! string
         Authentication any
         InvocationConfig any
         Headers any
         QueryParameters any
         RequestBody any
         Transform any
        structure lambda:invoke
         FunctionName! string
         InvocationType string
         LogType string
         ClientContext string
         DurableExecutionName string
         Payload blob
         Qualifier string
         TenantId string
        structure states:startExecution
         StateMachineArn! string
         Name string
         Input any
         TraceHeader string
        """.ReplaceLineEndings("\n")));

    /// <summary>The request of a resource; null when it is that of an action.</summary>
    public static ServiceShape? Find(TaskResource resource)
    {
        if (resource.Kind != ResourceKind.Optimized)
            return null;
        return Model.Value.FindShape($"{resource.Service}:{resource.Action}");
    }
}
