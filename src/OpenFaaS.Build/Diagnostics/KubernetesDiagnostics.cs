using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB2800-2829: Kubernetes clusters, and BuildKit daemons in their pods. One static readonly field a code; codes are never reused.</summary>
public static class KubernetesDiagnostics
{
    public static readonly DiagnosticDescriptor NoConfiguration = new("OFB2800", Error,
        "No Kubernetes cluster is known here. Tried: {0}.",
        "The cluster is the one of the files that KUBECONFIG lists, else of ~/.kube/config; the one whose pod the build runs in only where neither KUBECONFIG nor a context is given.",
        "Set KUBECONFIG to a kubeconfig file, or run the build in a pod with a service account.");

    public static readonly DiagnosticDescriptor ConfigurationInvalid = new("OFB2801", Error,
        "The kubeconfig '{0}' cannot be used: {1}.",
        "Server, context, certificates and credentials of the cluster are read from it.",
        "Correct the file; 'kubectl config view' shows what kubectl reads from it.");

    public static readonly DiagnosticDescriptor ContextMissing = new("OFB2802", Error,
        "The kubeconfig has no context '{0}'. It has: {1}.",
        "A context names the cluster, the account and the namespace.",
        "Correct the name (KanikoKubeContext, or ?context= of the address), or set current-context in the kubeconfig.");

    public static readonly DiagnosticDescriptor CredentialPluginFailed = new("OFB2803", Error,
        "The command '{0}', which gives the credentials for the cluster at '{1}', failed: {2}.",
        "The kubeconfig names it in 'exec'. It runs without a terminal and may take a minute.",
        "Run it by hand; mostly a login to the cloud has expired.");

    public static readonly DiagnosticDescriptor Unreachable = new("OFB2804", Error,
        "The Kubernetes API server at '{0}' cannot be reached: {1}.",
        "No answer came, after several tries.",
        "Check the address in the kubeconfig, network, proxy and certificates; 'kubectl version' must answer with the same kubeconfig.");

    public static readonly DiagnosticDescriptor Unauthorized = new("OFB2805", Error,
        "The Kubernetes API server at '{0}' does not accept the credentials: {1}.",
        "The token or certificate of the kubeconfig has expired, or belongs to another cluster.",
        "Log in to the cluster again, and publish again.");

    public static readonly DiagnosticDescriptor Forbidden = new("OFB2806", Error,
        "The account may not {0} in the namespace '{1}' of the cluster at '{2}': {3}.",
        "The rights of the account (RBAC) or a policy of the cluster do not allow it.",
        "Give the account a role in that namespace with the verb and the resource, as samples/kubernetes/rbac.yaml has it, or choose another namespace or account.");

    public static readonly DiagnosticDescriptor NotFound = new("OFB2807", Error,
        "The cluster at '{2}' could not {0} in the namespace '{1}', since something is not there: {3}.",
        "The namespace or the object is not there.",
        "Check names and namespace, and that the kubeconfig's context is the cluster that was meant.");

    public static readonly DiagnosticDescriptor ServerFailed = new("OFB2808", Error,
        "The Kubernetes API server at '{2}' could not {0} in the namespace '{1}': {3}.",
        "It is overloaded or faulty, and stayed so after several tries.",
        "Publish again later, and look into the cluster's control plane if it lasts.");

    public static readonly DiagnosticDescriptor Refused = new("OFB2809", Error,
        "The cluster at '{2}' refuses to {0} in the namespace '{1}': {3}.",
        "The API server, or a policy or quota of the cluster, does not accept the request as it is.",
        "Act on the server's text: mostly a property of this build (resources, labels, service account) is not allowed there.");

    public static readonly DiagnosticDescriptor PlainRefused = new("OFB2810", Error,
        "The Kubernetes API server at '{0}' speaks plain http, which is refused outside this machine.",
        "Tokens and registry credentials travel on the connection.",
        "Use https in the kubeconfig, or set ContainerInsecureEndpoint=true where the network is trusted.");

    public static readonly DiagnosticDescriptor AddressInvalid = new("OFB2815", Error,
        "The BuildKit address '{0}' cannot be used: {1}.",
        "Pods have the form kube-pod://POD?namespace=N&context=C&container=K, deployments kube-deployment://NAME with the same options, all of them optional.",
        "Correct ContainerBuilderEndpoint or BUILDKIT_HOST.");

    public static readonly DiagnosticDescriptor PodMissing = new("OFB2816", Error,
        "The cluster at '{1}' has no pod {0}.",
        "The BuildKit daemon was to be reached in this pod, and it is not there; pods of a Deployment have a new name after each restart.",
        "Name the Deployment (kube-deployment://NAME), or correct pod, namespace and context.");

    public static readonly DiagnosticDescriptor PodNotRunning = new("OFB2817", Error,
        "The pod {0} of the cluster at '{1}' does not run: {2}.",
        "The BuildKit daemon was to be reached in this pod.",
        "Look at 'kubectl describe pod', and start it.");

    public static readonly DiagnosticDescriptor NoReadyPod = new("OFB2818", Error,
        "The Deployment {0} of the cluster at '{1}' has no pod that is ready: {2}.",
        "Functions are built by the ready pods of the Deployment.",
        "Scale it up, or look at 'kubectl get pods' for why its pods are not ready.");

    public static readonly DiagnosticDescriptor PodWithoutBuildctl = new("OFB2820", Error,
        "In the pod {0} of the cluster at '{1}' the command buildctl cannot be run: {2}.",
        "The daemon in the pod is reached through 'buildctl dial-stdio', which the images of BuildKit hold.",
        "Name a pod of an image of BuildKit, and its container (?container=) if it has several.");

    public static readonly DiagnosticDescriptor PodDaemonUnreachable = new("OFB2821", Error,
        "No BuildKit daemon answers in the pod {0} of the cluster at '{1}': {2}.",
        "The connection through 'buildctl dial-stdio' ended before the daemon said anything.",
        "Look into the pod's log, and restart it.");

    public static readonly DiagnosticDescriptor PodEnded = new("OFB2822", Error,
        "The connection to the BuildKit daemon in the pod {0} of the cluster at '{1}' ended: {2}.",
        "The pod was stopped or evicted, the daemon in it ended, or the connection through the API server was cut.",
        "Look at 'kubectl describe pod', and publish again.");
}
