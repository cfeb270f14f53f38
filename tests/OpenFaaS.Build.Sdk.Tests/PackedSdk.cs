namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>The package, packed once per run into a feed of its own and restored into a package folder of its own: no cache of the machine can hide a mistake.</summary>
[TestClass]
public static class PackedSdk
{
    private const string Id = "OpenFaaS.Build.Sdk";

    /// <summary>A folder with the package, where <c>tests/run.sh</c> has packed it for all suites: the native worker takes minutes.</summary>
    private const string FeedVariable = "OPENFAAS_TEST_FEED";

    private static DirectoryInfo? run;

    /// <summary>Folder of the run: feed, packages, caches.</summary>
    public static string Folder => run?.FullName ?? throw new InvalidOperationException("The package is packed before the first test.");

    /// <summary>Folder with the package.</summary>
    public static string Feed => Path.Combine(Folder, "feed");

    /// <summary>The package file.</summary>
    public static string Package => Directory.GetFiles(Feed, Id + ".*.nupkg").Single();

    /// <summary>Version of the package.</summary>
    public static string Version => Path.GetFileNameWithoutExtension(Package)[(Id.Length + 1)..];

    [AssemblyInitialize]
    public static async Task PackAsync(TestContext context)
    {
        run = Directory.CreateTempSubdirectory("ofbsdk");
        if (Environment.GetEnvironmentVariable(FeedVariable) is { Length: > 0 } packed)
        {
            Directory.CreateDirectory(Feed);
            var package = Directory.GetFiles(packed, Id + ".*.nupkg").Single();
            File.Copy(package, Path.Combine(Feed, Path.GetFileName(package)));
            return;
        }

        var result = await DotNet.RunAsync(
            Repository.Root, [], ["pack", "sdk/OpenFaaS.Build.Sdk.csproj", "-c", "Release", "-o", Feed, "--nologo", "-v:q"], context.CancellationToken);
        result.ShouldSucceed();
    }

    [AssemblyCleanup]
    public static void Remove() => run?.Delete(recursive: true);
}
