using System.IO.Compression;
using OpenFaaS.Build.Templates.Sources;

namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>Restore downloads the packages that <c>@(FunctionTemplateSource)</c> names, in every shape that names the SDK so that restore knows it.</summary>
[TestClass]
public sealed class TemplatePackageTests(TestContext context)
{
    private const string Items = """
        <ItemGroup>
          <FunctionTemplateSource Include="shell" Source="nuget:Acme.Templates/1.0" />
          <FunctionTemplateSource Include="lua" Source="nuget:Acme.Templates/1.0" />
          <FunctionTemplateSource Include="old" Source="nuget:Acme.Templates/0.9.0-beta.1" />
          <FunctionTemplateSource Include="other" Source="git+https://example.com/templates#v1" />
          <FunctionTemplateSource Include="floating" Source="nuget:Acme.Templates/*" />
        </ItemGroup>
        """;

    [TestMethod]
    public async Task Restore_AnyLanguage_DownloadsTemplatePackages()
    {
        var project = FunctionProject.AnyLanguage(context);
        AddItems(project, "My.CoolFunction.csproj", "1.0.0", "0.9.0-beta.1");

        var result = (await project.DotNetAsync("restore")).ShouldSucceed();

        Assert.IsEmpty(result.WarningCodes, result.Output);
        AssertDownloaded(project);
    }

    [TestMethod]
    [DataRow("false")]
    [DataRow("true")]
    public async Task Restore_Web_DownloadsTemplatePackagesAndReferencesNone(string graph)
    {
        var project = FunctionProject.Web(context);
        AddItems(project, "Hello.csproj", "1.0.0", "0.9.0-beta.1");

        var result = (await project.DotNetAsync("restore", $"-p:RestoreUseStaticGraphEvaluation={graph}")).ShouldSucceed();

        Assert.IsEmpty(result.WarningCodes, result.Output);
        AssertDownloaded(project);
        Assert.DoesNotContain("\"Acme.Templates/1.0.0\"", File.ReadAllText(project.At("obj/project.assets.json")));
    }

    [TestMethod]
    public async Task Restore_WithoutTemplatePackages_DownloadsNothing()
    {
        var project = FunctionProject.AnyLanguage(context);
        Write(project, "My.CoolFunction.csproj", """<ItemGroup><FunctionTemplateSource Include="other" Source="git+https://example.com/templates#v1" /></ItemGroup>""");

        (await project.DotNetAsync("restore")).ShouldSucceed();

        Assert.DoesNotContain("downloadDependencies", File.ReadAllText(project.At("obj/project.assets.json")));
    }

    [TestMethod]
    public async Task Restore_MissingTemplatePackage_Fails()
    {
        var project = FunctionProject.AnyLanguage(context);
        Write(project, "My.CoolFunction.csproj", """<ItemGroup><FunctionTemplateSource Include="x" Source="nuget:Acme.Missing/1.0.0" /></ItemGroup>""");

        (await project.DotNetAsync("restore")).ShouldFailWith("NU1101");
    }

    [TestMethod]
    public async Task Restore_PackageOfDotNetPack_IsReadAsItWasPacked()
    {
        var project = FunctionProject.AnyLanguage(context);
        var feed = Path.Combine(Path.GetDirectoryName(project.Folder)!, "feed");
        project.Write("../templates/Acme.Templates.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <IncludeBuildOutput>false</IncludeBuildOutput>
                <EnableDefaultItems>false</EnableDefaultItems>
                <NoDefaultExcludes>true</NoDefaultExcludes>
                <NoWarn>NU5128;CS2008</NoWarn>
              </PropertyGroup>
              <ItemGroup><None Include="template/**" Pack="true" PackagePath="template/" /></ItemGroup>
            </Project>
            """);
        project.Write("../templates/template/shell/Dockerfile", "FROM scratch\n").Write("../templates/template/shell/.hidden/a b+ä.txt", "x").Write("../templates/template/shell/run.sh", "#!/bin/sh\n");
        (await project.DotNetAsync("pack", "../templates/Acme.Templates.csproj", "-o", feed, "-p:Version=1.0.0")).ShouldSucceed();
        AddItems(project, "My.CoolFunction.csproj", "0.9.0-beta.1");
        (await project.DotNetAsync("restore")).ShouldSucceed();
        var tree = new ListingTree();

        await new PackageTemplates([Packages(project)]).ReadAsync(PackageName.Parse("Acme.Templates", "1.0"), tree, context.CancellationToken);

        Assert.AreSequenceEqual(["- shell/.hidden/a b+ä.txt: x", "- shell/Dockerfile: FROM scratch\n", "x shell/run.sh: #!/bin/sh\n"], tree.Files.Order(StringComparer.Ordinal));
    }

    private static void AddItems(FunctionProject project, string file, params string[] versions)
    {
        // A feed and a packages folder of this test's own, beside the ones with the SDK.
        foreach (var version in versions)
        {
            WritePackage(Path.Combine(Path.GetDirectoryName(project.Folder)!, "feed", $"Acme.Templates.{version}.nupkg"), version);
        }

        project.Write("nuget.config", File.ReadAllText(project.At("nuget.config"))
            .Replace($"{PackedSdk.Folder}/packages", Packages(project), StringComparison.Ordinal)
            .Replace("<packageSources>", """<packageSources><add key="templates" value="../feed" />""", StringComparison.Ordinal));
        Write(project, file, Items);
    }

    private static void Write(FunctionProject project, string file, string items) =>
        project.Write(file, File.ReadAllText(project.At(file)).Replace("</Project>", items + "</Project>", StringComparison.Ordinal));

    private static string Packages(FunctionProject project) => Path.Combine(Path.GetDirectoryName(project.Folder)!, "packages");

    private static void AssertDownloaded(FunctionProject project)
    {
        foreach (var version in new[] { "1.0.0", "0.9.0-beta.1" })
        {
            var folder = Path.Combine(Packages(project), "acme.templates", version);
            Assert.IsTrue(File.Exists(Path.Combine(folder, $"acme.templates.{version}.nupkg")), folder);
            Assert.IsTrue(File.Exists(Path.Combine(folder, ".nupkg.metadata")), folder);
        }
    }

    private static void WritePackage(string path, string version)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var package = ZipFile.Open(path, ZipArchiveMode.Create);
        Add(package, "Acme.Templates.nuspec", $"""
            <package><metadata><id>Acme.Templates</id><version>{version}</version><authors>Acme</authors><description>Templates.</description></metadata></package>
            """);
        Add(package, "template/shell/Dockerfile", "FROM scratch\nCOPY function/ /\n");
    }

    private static void Add(ZipArchive package, string name, string text)
    {
        using var writer = new StreamWriter(package.CreateEntry(name).Open());
        writer.Write(text);
    }

    /// <summary>Lists what a package holds.</summary>
    private sealed class ListingTree : ITemplateTree
    {
        public List<string> Files { get; } = [];

        public async Task AddFileAsync(string path, bool isExecutable, Stream content, CancellationToken cancellationToken)
        {
            using var reader = new StreamReader(content);
            Files.Add($"{(isExecutable ? 'x' : '-')} {path}: {await reader.ReadToEndAsync(cancellationToken)}");
        }

        public void AddLink(string path, string target) => throw new NotSupportedException();
    }
}
