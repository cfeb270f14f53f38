namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>What users and IDEs of .NET SDK container publishing type makes our image, and one only.</summary>
[TestClass]
public sealed class PeerEntryPointTests(TestContext context)
{
    private const string Archive = "-p:ContainerArchiveOutputPath=bin/image.tar";

    [TestMethod]
    [DataRow("-t:PublishContainer")]
    [DataRow("-p:PublishProfile=DefaultContainer")]
    [DataRow("-p:WebPublishMethod=Container")]
    public async Task Publish_AsContainer_MakesOurImageOnce(string argument)
    {
        var project = FunctionProject.Web(context);

        var result = (await project.PublishAsync(argument, Archive)).ShouldSucceed();

        Assert.HasCount(2, result.Output.Split("/bin/image.tar (sha256:"), result.Output);
        Assert.DoesNotContain("Microsoft.NET.Build.Containers", result.Output);
    }

    [TestMethod]
    public async Task Msbuild_PublishContainerAlone_PublishesFirst()
    {
        var project = FunctionProject.Web(context);

        (await project.DotNetAsync("msbuild", "-restore", "-t:PublishContainer", Archive)).ShouldSucceed();

        Assert.IsTrue(File.Exists(project.At("bin/image.tar")));
    }

    [TestMethod]
    public async Task Build_DeployOnBuild_PublishesAsAnIdeDoes()
    {
        var project = FunctionProject.Web(context);

        (await project.DotNetAsync("build", "-c", "Release", "-p:DeployOnBuild=true", Archive)).ShouldSucceed();

        Assert.IsTrue(File.Exists(project.At("bin/image.tar")));
        Assert.Contains("PubTmp", project.RequestProperty("PublishDir")!);
    }

    [TestMethod]
    public async Task Publish_NamesOfIdes_AreTakenOver()
    {
        var project = FunctionProject.AnyLanguage(context);

        (await project.PublishAsync("-p:RegistryUrl=registry.example.com", "-p:PublishImageTag=v7", "-p:ContainerPush=false", Archive)).ShouldSucceed();
        Assert.AreEqual("registry.example.com", project.RequestProperty("ContainerRegistry"));
        Assert.AreEqual("v7", project.RequestProperty("ContainerImageTag"));

        project.Environment["LC_ALL"] = "th_TH.UTF-8";
        (await project.PublishAsync("-p:AutoGenerateImageTag=true", Archive)).ShouldSucceed();
        Assert.MatchesRegex("^20[0-9]{12}$", project.RequestProperty("ContainerImageTag")!);
    }

    [TestMethod]
    public async Task Evaluation_NetSdkContainers_AreOffUnlessTurnedOn()
    {
        var project = FunctionProject.Web(context);
        Assert.AreEqual("false", (await project.DotNetAsync("msbuild", "-getProperty:EnableSdkContainerSupport")).ShouldSucceed().Output.Trim());

        var other = FunctionProject.Web(context, properties: "<EnableSdkContainerSupport>true</EnableSdkContainerSupport>");
        Assert.AreEqual("true", (await other.DotNetAsync("msbuild", "-getProperty:EnableSdkContainerSupport")).ShouldSucceed().Output.Trim());
    }
}
