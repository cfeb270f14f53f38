using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.Kaniko;

/// <summary>What a certain executor honours beside what all do.</summary>
internal static class ExecutorFeatures
{
    private const string Endpoint = "ContainerBuilderEndpoint";
    private static readonly string[] NoEngine = ["executor", "kubernetes"];

    /// <summary>The capabilities with what the user says of the executor, and without what its runner has no use of.</summary>
    public static BuilderCapabilities Adjust(BuilderCapabilities capabilities, KanikoModel kaniko)
    {
        var honours = capabilities.Honours.ToDictionary(StringComparer.Ordinal);
        if (kaniko.Features.Contains(KanikoReader.Heredoc))
        {
            honours[CapabilityTable.Heredoc] = null;
        }

        if (kaniko.Features.Contains(KanikoReader.Mount))
        {
            honours[CapabilityTable.RunMount] = null;
        }

        if (NoEngine.Contains(kaniko.Runner, StringComparer.Ordinal))
        {
            honours.Remove(Endpoint);
        }

        // A kubeconfig may name an API server that speaks plain http; no other runner has an address of that kind.
        if (kaniko.Runner == "kubernetes")
        {
            honours["ContainerInsecureEndpoint"] = null;
        }

        return capabilities with { Honours = honours };
    }
}
