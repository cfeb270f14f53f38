namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>dotnet's verbs on both shapes: each exists, and only publish makes an image.</summary>
[TestClass]
public sealed class VerbTests(TestContext context)
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task RestoreBuildPack_AnyShape_SucceedWithoutImageAndWithoutWarning(bool isWeb)
    {
        var project = Create(isWeb);
        var sources = project.Files();

        foreach (var verb in new[] { "restore", "build", "pack" })
        {
            var result = (await project.DotNetAsync(verb)).ShouldSucceed();
            Assert.IsEmpty(result.WarningCodes, result.Output);
        }

        var written = project.Files().Except(sources, StringComparer.Ordinal).ToList();
        Assert.IsEmpty(written.Where(file => !file.StartsWith("obj/", StringComparison.Ordinal) && !file.StartsWith("bin/", StringComparison.Ordinal)));
        Assert.IsEmpty(written.Where(file => file.Contains("openfaas", StringComparison.Ordinal) || file.EndsWith(".tar", StringComparison.Ordinal) || file.EndsWith(".nupkg", StringComparison.Ordinal)));
        Assert.IsFalse(isWeb && written.All(file => file.EndsWith("Hello.dll", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Build_DestinationThatCannotBeReached_IsNotAsked(bool isWeb)
    {
        var project = Create(isWeb, "<ContainerRegistry>127.0.0.1:1</ContainerRegistry><ContainerBuilder>nonsense</ContainerBuilder>");

        (await project.DotNetAsync("build")).ShouldSucceed();
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Clean_AfterPublish_LeavesNothingOfOurs(bool isWeb)
    {
        var project = Create(isWeb, $"<ContainerArchiveOutputPath>bin/Release/{(isWeb ? "net10.0/" : "")}</ContainerArchiveOutputPath>");
        (await project.PublishAsync()).ShouldSucceed();
        (await project.DotNetAsync("msbuild", "-t:Shrinkwrap", "-p:Configuration=Release")).ShouldSucceed();
        Assert.Contains(file => file.EndsWith(".oci.tar", StringComparison.Ordinal), project.Files());
        Assert.Contains(file => file.Contains("/openfaas/context/", StringComparison.Ordinal), project.Files());

        (await project.DotNetAsync("clean", "-c", "Release")).ShouldSucceed();

        Assert.IsEmpty(project.Files().Where(file => file.Contains("openfaas", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".tar", StringComparison.Ordinal)));
        Assert.IsFalse(Directory.Exists(project.At("obj/Release/openfaas")));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Run_InAContainer_IsRefusedAndNothingRuns(bool isWeb)
    {
        var project = Create(isWeb);
        if (isWeb)
        {
            project.Write("Program.cs", "System.Console.WriteLine(\"it ran\");\n");
        }

        var result = (await project.DotNetAsync("run", "-p:FunctionRun=container")).ShouldFailWith("OFB1004");

        Assert.Contains("FunctionRun", result.Output);
        Assert.DoesNotContain("it ran", result.Output);
        Assert.IsTrue(!isWeb || (await project.DotNetAsync("run", "--no-build")).ShouldSucceed().Output.Contains("it ran", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Publish_NoBuild_PublishesWhatWasBuilt()
    {
        var project = FunctionProject.Web(context);
        (await project.DotNetAsync("build", "-c", "Release")).ShouldSucceed();
        File.Delete(project.At("Program.cs"));

        (await project.PublishAsync("--no-build", "-p:FunctionHost=none", "-p:ContainerArchiveOutputPath=bin/image.tar")).ShouldSucceed();

        Assert.IsTrue(File.Exists(project.At("bin/image.tar")));
    }

    [TestMethod]
    [DataRow("-graph")]
    [DataRow("-mt")]
    [DataRow("-m:2")]
    [DataRow("--no-restore")]
    public async Task Publish_Switch_MakesTheSameImage(string argument)
    {
        var project = FunctionProject.AnyLanguage(context);
        var digest = await project.PublishForDigestAsync("-p:ContainerArchiveOutputPath=bin/image.tar");
        Directory.Delete(project.At("bin"), recursive: true);

        var result = (await project.PublishAsync(argument, "-p:ContainerArchiveOutputPath=bin/image.tar")).ShouldSucceed();

        Assert.Contains($"({digest})", result.Output);
        Assert.IsTrue(File.Exists(project.At("bin/image.tar")));
    }

    [TestMethod]
    public async Task Publish_OptedOut_MakesNoImage()
    {
        var project = FunctionProject.Web(context);

        (await project.PublishAsync("-p:PublishFunctionImage=false")).ShouldSucceed();

        Assert.IsEmpty(project.Files().Where(file => file.Contains("openfaas", StringComparison.Ordinal)));
        Assert.IsTrue(File.Exists(project.At("bin/Release/net10.0/publish/Hello.dll")));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Build_OptedIn_MakesTheImageAndPushesNothing(bool isWeb)
    {
        var project = Create(isWeb, "<BuildFunctionImageOnBuild>true</BuildFunctionImageOnBuild><ContainerArchiveOutputPath>bin/image.tar</ContainerArchiveOutputPath>");

        (await project.DotNetAsync("build", "-p:ContainerRegistry=127.0.0.1:1")).ShouldSucceed();

        Assert.IsTrue(File.Exists(project.At("bin/image.tar")));
    }

    [TestMethod]
    [DataRow("sln")]
    [DataRow("slnx")]
    public async Task Publish_SolutionWithALibrary_LeavesTheLibraryAlone(string format)
    {
        var solution = new FunctionProject(context);
        solution.WriteTemplate();
        solution.Write("lib/Lib.csproj", """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""");
        solution.Write("lib/Class.cs", "public static class Class;");
        foreach (var name in new[] { "One", "Two" })
        {
            solution.Write($"{name}/{name}.csproj", $"""
                <Project Sdk="Microsoft.NET.Sdk.Web">
                  <Sdk Name="OpenFaaS.Build.Sdk" Version="{PackedSdk.Version}" />
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                    <FunctionTemplate>plain</FunctionTemplate>
                    <FunctionTemplatePath>../template</FunctionTemplatePath>
                    <ContainerArchiveOutputPath>bin/image.tar</ContainerArchiveOutputPath>
                  </PropertyGroup>
                  <ItemGroup><ProjectReference Include="../lib/Lib.csproj" /></ItemGroup>
                </Project>
                """);
            solution.Write($"{name}/Program.cs", "System.Console.WriteLine(typeof(Class));");
        }

        (await solution.DotNetAsync("new", "sln", "-n", "All", "--format", format)).ShouldSucceed();
        (await solution.DotNetAsync("sln", "add", "lib/Lib.csproj", "One/One.csproj", "Two/Two.csproj")).ShouldSucceed();

        (await solution.PublishAsync()).ShouldSucceed();

        Assert.IsTrue(File.Exists(solution.At("One/bin/image.tar")));
        Assert.IsTrue(File.Exists(solution.At("Two/bin/image.tar")));
        Assert.IsEmpty(solution.Files().Where(file => file.StartsWith("lib/", StringComparison.Ordinal) && file.Contains("openfaas", StringComparison.Ordinal)));
    }

    private FunctionProject Create(bool isWeb, string properties = "") =>
        isWeb ? FunctionProject.Web(context, properties: properties) : FunctionProject.AnyLanguage(context, properties: properties);
}
