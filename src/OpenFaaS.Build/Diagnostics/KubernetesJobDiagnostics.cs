using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB2830-2849: builds that run as a Job of a cluster. One static readonly field a code; codes are never reused.</summary>
public static class KubernetesJobDiagnostics
{
    public static readonly DiagnosticDescriptor NotScheduled = new("OFB2830", Error,
        "The cluster found no node for the build's pod {0} within {1} s: {2}.",
        "No node has the resources that were asked for, fits the node selector, or tolerates the pod. Clusters that add nodes by themselves have had the time for it.",
        "Ask for less (KanikoCpuRequest, KanikoMemoryRequest), correct KanikoNodeSelector and KanikoTolerations, or add nodes.");

    public static readonly DiagnosticDescriptor ImageNotPulled = new("OFB2831", Error,
        "The cluster cannot pull the executor's image '{0}' for the pod {1}: {2}.",
        "The name is wrong, the nodes cannot reach the registry, or they have no credentials for it.",
        "Correct KanikoImage, or name a pull secret of the namespace in KanikoImagePullSecret.");

    public static readonly DiagnosticDescriptor NoPod = new("OFB2832", Error,
        "The cluster makes no pod for the Job {0}: {1}.",
        "A quota, a policy (pod security admission) or a missing service account keeps it from being made. Kaniko needs root in its container.",
        "Act on the last events; build in a namespace that allows such pods.");

    public static readonly DiagnosticDescriptor NotStarted = new("OFB2833", Error,
        "The container of the build's pod {0} does not start: {1}.",
        "The node could not create it from its description.",
        "Act on the last events; mostly the image has no executor, or a property of this build does not fit the cluster.");

    public static readonly DiagnosticDescriptor StartTooSlow = new("OFB2834", Error,
        "The build's pod {0} was not running after {1} s: {2}.",
        "The node is slow to pull the image, or to mount the pod's volumes.",
        "Look at the last events, and publish again.");

    public static readonly DiagnosticDescriptor OutOfMemory = new("OFB2835", Error,
        "The build in the pod {0} was killed for want of memory ({1}).{2}",
        "Kaniko keeps much of what it works on in memory, and the container's limit, or the node's memory, was reached.",
        "Raise KanikoMemoryLimit and KanikoMemoryRequest, or build with BuildKit, which needs less.");

    public static readonly DiagnosticDescriptor Evicted = new("OFB2836", Error,
        "The build's pod {0} was evicted: {1}.{2}",
        "Its node ran short of disk or memory, is being emptied, or answers no more.",
        "Publish again; set KanikoMemoryRequest to what the build needs, so that the pod gets a node that has it.");

    public static readonly DiagnosticDescriptor DeadlineExceeded = new("OFB2837", Error,
        "The build in the Job {0} did not end within {1} s.{2}",
        "A build has a bound of time, so that one that hangs does not stay in the cluster for ever.",
        "See the last output; a build that needs longer sets KanikoDeadline.");

    public static readonly DiagnosticDescriptor ContextCut = new("OFB2838", Error,
        "The connection that the build context went through to the pod {0} was cut after {1} bytes: {2}.",
        "The context is streamed through the API server, which was restarted or does not reach the pod's node, or a proxy on the way ends connections.",
        "Publish again; a smaller context (.dockerignore) takes less time.");

    public static readonly DiagnosticDescriptor Gone = new("OFB2839", Error,
        "The build's Job {0} ended without a result: {1}.",
        "Somebody deleted the Job or its pod, or the node went away.",
        "Publish again.");

    public static readonly DiagnosticDescriptor LeftBehind = new("OFB2840", Warning,
        "The build's objects {0} may still be in the namespace '{1}' of the cluster at '{2}': {3}.",
        "They could not be deleted, or were not gone in time. The Job ends by itself at its deadline, is removed some minutes later, and its Secret with it.",
        "Check with 'kubectl get jobs', and delete it if it is still there.");

    public static readonly DiagnosticDescriptor LogsUnavailable = new("OFB2842", Warning,
        "The output of the build's pod {0} cannot be read any more: {1}.",
        "The build goes on, and its result is known without its output.",
        "Give the account the right to get pods/log, as samples/kubernetes/rbac.yaml has it.");
}
