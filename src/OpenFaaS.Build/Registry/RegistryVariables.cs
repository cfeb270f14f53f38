namespace OpenFaaS.Build.Registry;

/// <summary>Environment variables of .NET SDK container publishing that concern transfers; they mean the same here. Those of chunked uploads have no meaning here: uploads are monolithic.</summary>
internal static class RegistryVariables
{
    /// <summary>Variables with passwords that MSBuild writes into binary logs for the beginning of their names.</summary>
    public static IReadOnlyList<string> LoggedPasswords { get; } =
        ["DOTNET_CONTAINER_REGISTRY_PWORD", "DOTNET_CONTAINER_PUSH_REGISTRY_PWORD", "DOTNET_CONTAINER_PULL_REGISTRY_PWORD"];

    /// <summary><c>DOTNET_CONTAINER_INSECURE_REGISTRIES</c>: registries that may be asked over plain http, separated by commas or semicolons.</summary>
    public static IReadOnlyList<string> InsecureRegistries(Func<string, string?> environment) =>
        (environment("DOTNET_CONTAINER_INSECURE_REGISTRIES") ?? "").Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary><c>DOTNET_CONTAINER_REGISTRY_PARALLEL_UPLOAD=false</c>: one blob at a time.</summary>
    public static int ParallelTransfers(RegistryOptions options) =>
        bool.TryParse(options.Environment("DOTNET_CONTAINER_REGISTRY_PARALLEL_UPLOAD"), out var parallel) && !parallel ? 1 : options.Limits.ParallelTransfers;
}
