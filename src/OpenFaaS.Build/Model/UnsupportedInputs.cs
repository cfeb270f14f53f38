using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Model;

/// <summary>Inputs of the contract, of the peer and of faas-cli that nothing honours yet: each is an error, none is ignored.</summary>
internal static class UnsupportedInputs
{
    /// <summary>Properties; a value equal to the second part is harmless.</summary>
    public static IReadOnlyDictionary<string, string?> Properties { get; } = new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["ContainerImageName"] = null,
        ["ContainerAppCommandInstruction"] = "Entrypoint",
        ["PublishSingleFile"] = "false",
        ["FunctionDeploy"] = "false",
        ["FunctionManifest"] = "false",
        ["FunctionRun"] = null,
        ["FunctionGateway"] = null,
        ["FunctionNamespace"] = null,
        ["FunctionMemoryLimit"] = null,
        ["FunctionMemoryRequest"] = null,
        ["FunctionCpuLimit"] = null,
        ["FunctionCpuRequest"] = null,
    };

    /// <summary>Items.</summary>
    public static IReadOnlyList<string> Items { get; } =
    [
        "ContainerRegistryMirror",
        "FunctionEnvironment", "FunctionSecret", "FunctionLabel", "FunctionAnnotation",
        "ContainerEntrypoint", "ContainerEntrypointArgs", "ContainerAppCommand", "ContainerAppCommandArgs",
    ];

    public static void Report(InputReader reader)
    {
        foreach (var (name, harmless) in Properties)
        {
            if (reader.Text(name) is { } value && !string.Equals(value, harmless, StringComparison.OrdinalIgnoreCase))
            {
                reader.Error(InputDiagnostics.UnsupportedInput.With(name));
            }
        }

        foreach (var type in Items.Where(type => reader.Request.ItemsOf(type).Count > 0))
        {
            reader.Error(InputDiagnostics.UnsupportedInput.With($"@({type})"));
        }
    }
}
