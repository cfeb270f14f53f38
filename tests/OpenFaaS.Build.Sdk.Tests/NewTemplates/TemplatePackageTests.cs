using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;

namespace OpenFaaS.Build.Sdk.Tests.NewTemplates;

/// <summary>What the template package holds.</summary>
[TestClass]
public sealed class TemplatePackageTests
{
    [TestMethod]
    public async Task Package_Specification_SaysThatItHoldsTemplates()
    {
        await using var package = await ZipFile.OpenReadAsync(await PackedTemplates.PackageAsync);
        await using var stream = await package.GetEntry("OpenFaaS.Build.Templates.nuspec")!.OpenAsync();
        var specification = XElement.Load(stream).Elements().Single();
        var space = specification.Name.Namespace;

        Assert.AreSequenceEqual(["Template"], specification.Descendants(space + "packageType").Select(type => (string?)type.Attribute("name")));
        Assert.AreEqual("README.md", specification.Element(space + "readme")?.Value);
        Assert.IsEmpty(specification.Descendants(space + "dependency"));
    }

    [TestMethod]
    public async Task Package_Version_IsTheSdksAndInEveryTemplate()
    {
        var version = await PackedTemplates.VersionAsync();
        Assert.AreEqual(PackedSdk.Version, version);

        foreach (var template in TemplateDefinition.All)
        {
            await using var package = await ZipFile.OpenReadAsync(await PackedTemplates.PackageAsync);
            await using var stream = await package.GetEntry($"content/{template.ShortName}/.template.config/template.json")!.OpenAsync();
            var symbols = (await JsonDocument.ParseAsync(stream)).RootElement.GetProperty("symbols");

            Assert.AreEqual("PACKAGE_VERSION", template.Default("sdkVersion"), "The source names no version that could go stale.");
            Assert.AreEqual(version, symbols.GetProperty("sdkVersion").GetProperty("defaultValue").GetString());
        }
    }

    [TestMethod]
    public async Task Package_Files_AreTheTemplatesAndNoBuildOutput()
    {
        await using var package = await ZipFile.OpenReadAsync(await PackedTemplates.PackageAsync);
        var names = package.Entries.Select(entry => Uri.UnescapeDataString(entry.FullName)).ToList();

        foreach (var template in TemplateDefinition.All)
        {
            var expected = Directory.GetFiles(template.Folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(template.Folder, path))
                .Concat([".gitignore", ".vscode/tasks.json", "Properties/PublishProfiles/Archive.pubxml", "Properties/PublishProfiles/Container.pubxml"]);
            Assert.IsEmpty(expected.Select(path => $"content/{template.ShortName}/{path}").Except(names, StringComparer.Ordinal));
        }

        Assert.IsEmpty(names.Where(name => name.StartsWith("lib/", StringComparison.Ordinal) || name.EndsWith(".dll", StringComparison.Ordinal) || name.EndsWith("nuget.config", StringComparison.OrdinalIgnoreCase)));
    }
}
