using System.IO.Compression;
using System.Security.Cryptography;
using System.Xml.Linq;

namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>What the package holds.</summary>
[TestClass]
public sealed class PackageTests(TestContext context)
{
    [TestMethod]
    public void Package_Specification_SaysWhatItIs()
    {
        using var package = ZipFile.OpenRead(PackedSdk.Package);
        using var stream = package.GetEntry("OpenFaaS.Build.Sdk.nuspec")!.Open();
        var specification = XElement.Load(stream).Elements().Single();
        var space = specification.Name.Namespace;

        Assert.AreSequenceEqual(["MSBuildSdk", "Dependency"], specification.Descendants(space + "packageType").Select(type => (string?)type.Attribute("name")));
        Assert.AreEqual("MIT", specification.Element(space + "license")?.Value);
        Assert.AreEqual("README.md", specification.Element(space + "readme")?.Value);
        Assert.IsEmpty(specification.Descendants(space + "dependency"));
    }

    [TestMethod]
    public void Package_Files_AreThoseThatUsersNeed()
    {
        using var package = ZipFile.OpenRead(PackedSdk.Package);
        var names = package.Entries.Select(entry => Uri.UnescapeDataString(entry.FullName)).ToList();

        var expected = new[] { "Sdk", "targets", "build", "buildMultiTargeting", "host", "templates" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(Repository.Root, "sdk", folder), "*", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Path.Combine(Repository.Root, "sdk"), path));
        Assert.IsEmpty(expected.Except(names, StringComparer.Ordinal));
        Assert.AreSequenceEqual(["tasks/OpenFaaS.Build.Tasks.dll"], names.Where(name => name.StartsWith("tasks/", StringComparison.Ordinal)));
        Assert.IsEmpty(new[] { "OpenFaaS.Build.Worker.dll", "OpenFaaS.Build.Worker.deps.json", "OpenFaaS.Build.Worker.runtimeconfig.json", "OpenFaaS.Build.dll" }.Select(name => "worker/" + name).Except(names, StringComparer.Ordinal));
        Assert.IsEmpty(names.Where(name => name.EndsWith(".pdb", StringComparison.Ordinal) || name.StartsWith("lib/", StringComparison.Ordinal) || name.StartsWith("buildTransitive/", StringComparison.Ordinal) || name.Contains("/obj/", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Pack_Again_GivesTheSameFiles() =>
        Assert.AreSequenceEqual(Hashes(PackedSdk.Package, isPortable: true), Hashes(await PackAsync("again", "-p:NativeWorker=false"), isPortable: true));

    // What it compiles takes minutes where it is not there already.
    [TestMethod, TestCategory("slow")]
    public async Task Pack_AgainWithNativeWorker_GivesTheSameFiles() =>
        Assert.AreSequenceEqual(Hashes(PackedSdk.Package, isPortable: false), Hashes(await PackAsync("native"), isPortable: false));

    private async Task<string> PackAsync(string folder, params string[] arguments)
    {
        var feed = Path.Combine(PackedSdk.Folder, folder);
        (await DotNet.RunAsync(Repository.Root, [], ["pack", "sdk/OpenFaaS.Build.Sdk.csproj", "-c", "Release", "-o", feed, "--nologo", "-v:q", .. arguments], context.CancellationToken)).ShouldSucceed();
        return Directory.GetFiles(feed).Single();
    }

    private static List<string> Hashes(string path, bool isPortable)
    {
        using var package = ZipFile.OpenRead(path);
        return [.. package.Entries.Where(entry => !isPortable || !IsOfNativeWorker(entry.FullName)).Select(entry =>
        {
            using var stream = entry.Open();
            return $"{entry.FullName} {Convert.ToHexString(SHA256.HashData(stream))}";
        })];
    }

    // Its extension is listed among the types of content.
    private static bool IsOfNativeWorker(string name) => name is "[Content_Types].xml" || name.StartsWith("worker/linux-", StringComparison.Ordinal);
}
