namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>Full path of its root.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string? folder) => folder is null
        ? throw new InvalidOperationException("OpenFaaS.Build.Sdk.sln is in no folder above the tests.")
        : File.Exists(Path.Combine(folder, "OpenFaaS.Build.Sdk.sln")) ? folder : Find(Path.GetDirectoryName(folder));
}
