using System.Text.Json;

namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>Where later steps find the digest and everything else.</summary>
[TestClass]
public sealed class OutputTests(TestContext context)
{
    private const string Archive = "-p:ContainerArchiveOutputPath=bin/image.tar";

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Publish_GetProperty_PrintsTheBareDigest(bool isWeb)
    {
        var project = isWeb ? FunctionProject.Web(context) : FunctionProject.AnyLanguage(context);

        var result = (await project.PublishAsync("-getProperty:GeneratedContainerDigest", Archive)).ShouldSucceed();

        Assert.MatchesRegex(@"^sha256:[0-9a-f]{64}\s*$", result.Output);
    }

    [TestMethod]
    public async Task Publish_TargetResult_HasOneItemWithAllMetadata()
    {
        var project = FunctionProject.AnyLanguage(context);

        var result = (await project.PublishAsync("-getTargetResult:PublishFunction", "-getProperty:GeneratedContainerDigest,GeneratedArchiveOutputPath,GeneratedContainerManifest", "-getItem:GeneratedContainer", Archive)).ShouldSucceed();

        var json = JsonDocument.Parse(result.Output).RootElement;
        var item = json.GetProperty("TargetResults").GetProperty("PublishFunction").GetProperty("Items").EnumerateArray().Single();
        Assert.AreEqual(1, json.GetProperty("Items").GetProperty("GeneratedContainer").GetArrayLength());
        foreach (var name in new[] { "FunctionName", "Registry", "Repository", "Tags", "Digest", "ConfigDigest", "MediaType", "Platforms", "Size", "Builder", "ArchivePath", "ContextPath", "Duration", "Manifest", "Configuration", "ManifestDigest", "ManifestMediaType" })
        {
            Assert.IsTrue(item.TryGetProperty(name, out _) || name is "Registry" or "ContextPath", name);
        }

        Assert.AreEqual(project.At("bin/image.tar"), item.GetProperty("Identity").GetString());
        Assert.AreEqual("my-cool-function", item.GetProperty("FunctionName").GetString());
        var properties = json.GetProperty("Properties");
        Assert.AreEqual(item.GetProperty("Digest").GetString(), properties.GetProperty("GeneratedContainerDigest").GetString());
        Assert.AreEqual(project.At("bin/image.tar"), properties.GetProperty("GeneratedArchiveOutputPath").GetString());
        Assert.AreEqual(2, JsonDocument.Parse(properties.GetProperty("GeneratedContainerManifest").GetString()!).RootElement.GetProperty("schemaVersion").GetInt32());
    }

    [TestMethod]
    public async Task Publish_Files_AreInTheIntermediateFolder()
    {
        var project = FunctionProject.AnyLanguage(context);

        var digest = await project.PublishForDigestAsync(Archive);

        Assert.AreEqual(digest, (await File.ReadAllTextAsync(project.At("obj/Release/openfaas/my-cool-function.digest"), context.CancellationToken)).Trim());
        using var image = JsonDocument.Parse(await File.ReadAllBytesAsync(project.At("obj/Release/openfaas/my-cool-function.image.json"), context.CancellationToken));
        Assert.AreEqual(digest, image.RootElement.GetProperty("containerimage.digest").GetString());
    }

    [TestMethod]
    public async Task Publish_LastMessage_IsTheReference()
    {
        var project = FunctionProject.AnyLanguage(context);

        var result = (await project.PublishAsync(Archive)).ShouldSucceed();

        Assert.StartsWith("  My.CoolFunction -> ", result.Output.TrimEnd().Split('\n')[^1]);
    }

    [TestMethod]
    public async Task Shrinkwrap_Project_WritesTheContextAndNoImage()
    {
        var project = FunctionProject.AnyLanguage(context, properties: "<ContainerArchiveOutputPath>bin/image.tar</ContainerArchiveOutputPath>");

        (await project.DotNetAsync("msbuild", "-restore", "-t:Shrinkwrap")).ShouldSucceed();

        Assert.IsTrue(File.Exists(project.At("obj/Debug/openfaas/context/my-cool-function/Dockerfile")));
        Assert.IsFalse(File.Exists(project.At("bin/image.tar")));
        Assert.IsFalse(File.Exists(project.At("obj/Debug/openfaas/my-cool-function.digest")));
    }

    [TestMethod]
    public async Task Publish_PackagesOfTheProject_AreALayerOfTheirOwn()
    {
        var project = FunctionProject.Web(context);
        project.Write("Hello.csproj", File.ReadAllText(project.At("Hello.csproj")).Replace("</Project>", """<ItemGroup><PackageReference Include="YamlDotNet" Version="18.1.0" /></ItemGroup></Project>""", StringComparison.Ordinal));

        (await project.PublishAsync(Archive)).ShouldSucceed();

        var layers = project.Request().GetProperty("items").GetProperty("FunctionPublishFile").EnumerateArray().Select(item => item.GetProperty("metadata"))
            .ToDictionary(metadata => metadata.GetProperty("RelativePath").GetString()!, metadata => metadata.GetProperty("Layer").GetString());
        Assert.AreEqual("package", layers["YamlDotNet.dll"]);
        Assert.AreEqual("app", layers["Hello.dll"]);
        Assert.AreEqual("app", layers["Hello.deps.json"]);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Publish_TwoCheckouts_GiveOneDigest(bool isWeb)
    {
        var one = isWeb ? FunctionProject.Web(context, "short") : FunctionProject.AnyLanguage(context, "short");
        var two = isWeb ? FunctionProject.Web(context, "a longer name, with =") : FunctionProject.AnyLanguage(context, "a longer name, with =");
        one.Environment["TZ"] = "America/Caracas";
        one.Environment["LC_ALL"] = "tr_TR.UTF-8";
        foreach (var file in two.Files())
        {
            File.SetLastWriteTimeUtc(two.At(file), DateTime.UnixEpoch.AddYears(40));
        }

        Assert.AreEqual(await one.PublishForDigestAsync(Archive), await two.PublishForDigestAsync(Archive));
    }
}
