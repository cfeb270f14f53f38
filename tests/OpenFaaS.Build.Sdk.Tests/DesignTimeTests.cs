using System.Text.Json;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>What an IDE runs behind the user's back is quick, quiet, and touches nothing outside obj.</summary>
[TestClass]
public sealed class DesignTimeTests(TestContext context)
{
    private static readonly string[] DesignTime =
        ["-p:DesignTimeBuild=true", "-p:BuildingInsideVisualStudio=true", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true", "-p:ContainerRegistry=127.0.0.1:1", "-p:BuildFunctionImageOnBuild=true"];

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task DesignTimeBuild_AnyShape_WritesNothingOutsideObj(bool isWeb)
    {
        var project = isWeb ? FunctionProject.Web(context) : FunctionProject.AnyLanguage(context);
        (await project.DotNetAsync("restore")).ShouldSucceed();
        var before = project.Files();

        var result = (await project.DotNetAsync(["msbuild", "-t:ResolveReferences;Compile", .. DesignTime])).ShouldSucceed();

        Assert.IsEmpty(result.WarningCodes, result.Output);
        Assert.IsEmpty(project.Files().Except(before, StringComparer.Ordinal).Where(file => !file.StartsWith("obj/", StringComparison.Ordinal)));
        Assert.IsEmpty(project.Files().Where(file => file.Contains("openfaas", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task DesignTimeBuild_NoHandlerYet_IsNoErrorAndKnowsTheEntryPoint()
    {
        var project = FunctionProject.Web(context);
        File.Delete(project.At("Program.cs"));
        (await project.DotNetAsync("restore")).ShouldSucceed();

        var result = (await project.DotNetAsync(["msbuild", "-t:Compile", "-getItem:Compile", .. DesignTime])).ShouldSucceed();

        var sources = JsonDocument.Parse(result.Output).RootElement.GetProperty("Items").GetProperty("Compile").EnumerateArray().Select(item => item.GetProperty("Filename").GetString());
        Assert.Contains("FunctionProgram", sources);
    }

    [TestMethod]
    public async Task Evaluation_FilesOfTheHandler_AreListedForAnIdeOnly()
    {
        var project = FunctionProject.AnyLanguage(context);

        Assert.DoesNotContain("Dockerfile", (await project.DotNetAsync("msbuild", "-getItem:None")).ShouldSucceed().Output);
        Assert.Contains("Dockerfile", (await project.DotNetAsync("msbuild", "-getItem:None", "-p:BuildingInsideVisualStudio=true")).ShouldSucceed().Output);
    }

    [TestMethod]
    [DataRow("My.CoolFunction")]
    [DataRow("HTTPServer")]
    [DataRow("a_b c")]
    [DataRow("Fn2Go")]
    [DataRow("_x_")]
    public async Task Evaluation_ProjectName_GivesTheNameThatTheModelGives(string projectName)
    {
        var project = FunctionProject.AnyLanguage(context);
        File.Move(project.At("My.CoolFunction.csproj"), project.At(projectName + ".csproj"));

        Assert.AreEqual(FunctionName.FromProjectName(projectName), (await project.DotNetAsync("msbuild", "-getProperty:FunctionName")).ShouldSucceed().Output.Trim());
    }
}
