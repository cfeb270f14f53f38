using OpenFaaS.Build.Integration.Tests.Kubernetes;

namespace OpenFaaS.Build.Integration.Tests.Builders.Kaniko.Kubernetes;

/// <summary>Skips a test, with the reason, where tests run against a real cluster and nothing names an executor that its nodes can run.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequiresClusterExecutorAttribute : ConditionBaseAttribute
{
    public RequiresClusterExecutorAttribute()
        : base(ConditionMode.Include) =>
        IgnoreMessage = "OPENFAAS_TEST_KUBERNETES names a real cluster, and OPENFAAS_TEST_KANIKO_IMAGE names no image of an executor that its nodes can pull";

    /// <inheritdoc/>
    public override string GroupName => nameof(RequiresClusterExecutorAttribute);

    /// <inheritdoc/>
    public override bool IsConditionMet => TestCluster.Real.Length == 0 || TestCluster.Image.Length > 0;
}

/// <summary>Skips a test, with the reason, where tests run against a real cluster and nothing names a registry that its pods and this machine reach.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequiresClusterRegistryAttribute : ConditionBaseAttribute
{
    public RequiresClusterRegistryAttribute()
        : base(ConditionMode.Include) =>
        IgnoreMessage = "OPENFAAS_TEST_KUBERNETES names a real cluster, and OPENFAAS_TEST_KUBERNETES_REGISTRY names no registry that its pods and this machine reach";

    /// <inheritdoc/>
    public override string GroupName => nameof(RequiresClusterRegistryAttribute);

    /// <inheritdoc/>
    public override bool IsConditionMet => TestCluster.Real.Length == 0 || TestCluster.Registry.Length > 0;
}
