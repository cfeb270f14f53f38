namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>Whose entry point a .NET function has.</summary>
[TestClass]
public sealed class HostTests(TestContext context)
{
    private const string Archive = "-p:ContainerArchiveOutputPath=bin/image.tar";

    [TestMethod]
    [DataRow("Microsoft.NET.Sdk.Web")]
    [DataRow("Microsoft.NET.Sdk")]
    public async Task Publish_NoHandlerAndNoProgram_IsACodedErrorAtTheProject(string sdk)
    {
        var project = Create(sdk);
        project.Write("Code.cs", "class NoHandler;");

        var result = (await project.PublishAsync(Archive)).ShouldFailWith("OFB1020");

        Assert.Contains("/Hello.csproj : error OFB1020", result.Output);
    }

    [TestMethod]
    [DataRow("auto", "Program.cs", "false")]
    [DataRow("none", "Main.cs", "false")]
    [DataRow("auto", "Sub/Program.cs", "false")]
    public async Task Publish_OwnEntryPoint_IsKept(string host, string file, string usesAspNetCore)
    {
        var project = Create("Microsoft.NET.Sdk");
        project.Write(file, "System.Console.WriteLine(1);");

        (await project.PublishAsync(Archive, "-p:FunctionHost=" + host)).ShouldSucceed();

        Assert.AreEqual(usesAspNetCore, project.RequestProperty("UsesAspNetCore"));
    }

    [TestMethod]
    [DataRow("Microsoft.NET.Sdk.Web")]
    [DataRow("Microsoft.NET.Sdk")]
    public async Task Publish_Handler_GetsTheEntryPointOfTheSdk(string sdk)
    {
        var project = Create(sdk).Write("Handler.cs", """
            using Microsoft.AspNetCore.Builder;
            using Microsoft.Extensions.DependencyInjection;

            namespace function;

            public static class Handler
            {
                public static void MapServices(IServiceCollection services) { }

                public static void MapEndpoints(WebApplication app) => app.MapGet("/", () => "hi");
            }
            """);

        var result = (await project.PublishAsync(Archive)).ShouldSucceed();

        Assert.IsEmpty(result.WarningCodes, result.Output);
        Assert.AreEqual("true", project.RequestProperty("UsesAspNetCore"));
    }

    [TestMethod]
    public async Task Publish_UnknownHost_IsACodedError()
    {
        var project = Create("Microsoft.NET.Sdk").Write("Program.cs", "System.Console.WriteLine(1);");

        (await project.PublishAsync(Archive, "-p:FunctionHost=grpc")).ShouldFailWith("OFB1002");
    }

    [TestMethod]
    public async Task Publish_LibraryByItsOwnWish_IsLeftAlone()
    {
        var project = Create("Microsoft.NET.Sdk").Write("Class.cs", "public class Class;");

        (await project.PublishAsync(Archive, "-p:OutputType=Library")).ShouldSucceed();

        Assert.IsFalse(File.Exists(project.At("bin/image.tar")));
    }

    private FunctionProject Create(string sdk)
    {
        var project = new FunctionProject(context);
        project.WriteTemplate();
        return project.Write("Hello.csproj", $"""
            <Project Sdk="{sdk}">
              <Sdk Name="OpenFaaS.Build.Sdk" Version="{PackedSdk.Version}" />
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <FunctionTemplate>plain</FunctionTemplate>
              </PropertyGroup>
            </Project>
            """);
    }
}
