namespace OpenFaaS.Build.Sdk.Tests.NewTemplates;

/// <summary>The template package, packed once per run and installed into a template hive of its own.</summary>
internal static class PackedTemplates
{
    private const string Id = "OpenFaaS.Build.Templates";

    private static readonly Lazy<Task<string>> Packed = new(PackAndInstallAsync);

    private static string Hive => Path.Combine(PackedSdk.Folder, "hive");

    /// <summary>Full path of the package file.</summary>
    public static Task<string> PackageAsync => Packed.Value;

    /// <summary>Version of the package.</summary>
    public static async Task<string> VersionAsync() => Path.GetFileNameWithoutExtension(await PackageAsync)[(Id.Length + 1)..];

    /// <summary>Runs <c>dotnet new</c> as a user would and returns the project that it made.</summary>
    /// <param name="template">Short name.</param>
    /// <param name="name">Name of the project, as given with <c>-n</c>.</param>
    public static async Task<FunctionProject> NewAsync(TestContext context, string template, string name, params string[] options)
    {
        await PackageAsync;
        var project = new FunctionProject(context);
        (await project.DotNetAsync(["new", template, "-n", name, "-o", project.Folder, "--no-update-check", "--debug:custom-hive", Hive, .. options])).ShouldSucceed();
        return project;
    }

    // No test's token: the package serves all of them.
    private static async Task<string> PackAndInstallAsync()
    {
        var folder = Path.Combine(PackedSdk.Folder, "templates");
        (await DotNet.RunAsync(
            Repository.Root, [], ["pack", $"src/{Id}/{Id}.csproj", "-c", "Release", "-o", folder, "--nologo", "-v:q"], CancellationToken.None)).ShouldSucceed();
        var package = Directory.GetFiles(folder, Id + ".*.nupkg").Single();
        // A package file needs no network: nobody serves this proxy.
        var offline = new Dictionary<string, string?> { ["HTTP_PROXY"] = "http://127.0.0.1:9", ["HTTPS_PROXY"] = "http://127.0.0.1:9" };
        (await DotNet.RunAsync(folder, offline, ["new", "install", package, "--debug:custom-hive", Hive], CancellationToken.None)).ShouldSucceed();
        return package;
    }
}
