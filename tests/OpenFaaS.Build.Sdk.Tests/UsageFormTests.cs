namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>Every way of naming the SDK in a project leads to the same image.</summary>
[TestClass]
public sealed class UsageFormTests(TestContext context)
{
    private const string Archive = "-p:ContainerArchiveOutputPath=bin/image.tar";

    [TestMethod]
    [DataRow("Microsoft.NET.Sdk.Web", "element")]
    [DataRow("Microsoft.NET.Sdk.Web", "list")]
    [DataRow("Microsoft.NET.Sdk.Web", "global.json")]
    [DataRow("Microsoft.NET.Sdk.Web", "package")]
    [DataRow("Microsoft.NET.Sdk.Web", "element and package")]
    [DataRow("Microsoft.NET.Sdk", "element")]
    [DataRow("Microsoft.NET.Sdk", "package")]
    [DataRow("Microsoft.NET.Sdk.Worker", "list")]
    [DataRow("Microsoft.NET.Sdk.Worker", "package")]
    public async Task Publish_NextToANetSdk_MakesAnImage(string sdk, string form)
    {
        var version = PackedSdk.Version;
        var list = form switch { "list" => $";OpenFaaS.Build.Sdk/{version}", "global.json" => ";OpenFaaS.Build.Sdk", _ => "" };
        var element = form.Contains("element", StringComparison.Ordinal) ? $"""<Sdk Name="OpenFaaS.Build.Sdk" Version="{version}" />""" : "";
        var package = form.Contains("package", StringComparison.Ordinal)
            ? $"""<ItemGroup><PackageReference Include="OpenFaaS.Build.Sdk" Version="{version}" PrivateAssets="all" /></ItemGroup>"""
            : "";
        var project = new FunctionProject(context);
        project.WriteTemplate();
        project.Write("Program.cs", "System.Console.WriteLine(1);").Write("Hello.csproj", $"""
            <Project Sdk="{sdk}{list}">
              {element}
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>disable</ImplicitUsings>
                <FunctionTemplate>plain</FunctionTemplate>
              </PropertyGroup>
              {package}
            </Project>
            """);
        if (form == "global.json")
        {
            project.Write("global.json", $$"""{ "msbuild-sdks": { "OpenFaaS.Build.Sdk": "{{version}}" } }""");
        }

        var result = (await project.PublishAsync(Archive)).ShouldSucceed();

        Assert.IsEmpty(result.WarningCodes, result.Output);
        Assert.MatchesRegex(@"  Hello -> \S+/bin/image.tar \(sha256:[0-9a-f]{64}\)", result.Output);
        Assert.IsTrue(File.Exists(project.At("bin/image.tar")));
        Assert.AreEqual("dotnet", project.Request().GetProperty("shape").GetString());
        Assert.AreEqual(sdk == "Microsoft.NET.Sdk.Web" ? "true" : "false", project.RequestProperty("UsesAspNetCore"));
    }

    [TestMethod]
    [DataRow("attribute")]
    [DataRow("element")]
    [DataRow("global.json")]
    public async Task Publish_Alone_MakesAnImage(string form)
    {
        var version = PackedSdk.Version;
        var project = FunctionProject.AnyLanguage(context);
        var attribute = form switch { "attribute" => $" Sdk=\"OpenFaaS.Build.Sdk/{version}\"", "global.json" => " Sdk=\"OpenFaaS.Build.Sdk\"", _ => "" };
        var element = form == "element" ? $"""<Sdk Name="OpenFaaS.Build.Sdk" Version="{version}" />""" : "";
        project.Write("My.CoolFunction.csproj", $"""
            <Project{attribute}>
              {element}
              <PropertyGroup><FunctionTemplate>dockerfile</FunctionTemplate></PropertyGroup>
            </Project>
            """);
        if (form == "global.json")
        {
            project.Write("global.json", $$"""{ "msbuild-sdks": { "OpenFaaS.Build.Sdk": "{{version}}" } }""");
        }

        var result = (await project.PublishAsync(Archive)).ShouldSucceed();

        Assert.IsEmpty(result.WarningCodes, result.Output);
        Assert.IsTrue(File.Exists(project.At("bin/image.tar")));
        Assert.AreEqual("any", project.Request().GetProperty("shape").GetString());
        Assert.AreEqual("my-cool-function", project.RequestProperty("FunctionName"));
    }

    [TestMethod]
    public async Task Publish_ListedBeforeANetSdk_SaysSo()
    {
        var project = FunctionProject.Web(context);
        project.Write("Hello.csproj", $"""<Project Sdk="OpenFaaS.Build.Sdk/{PackedSdk.Version};Microsoft.NET.Sdk.Web" />""");

        (await project.PublishAsync()).ShouldFailWith("OFB1022");
    }

    [TestMethod]
    public async Task Publish_SeveralFrameworks_PublishesTheOneThatIsNamed()
    {
        var project = FunctionProject.Web(context);
        project.Write("Hello.csproj", File.ReadAllText(project.At("Hello.csproj")).Replace("<TargetFramework>net10.0</TargetFramework>", "<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>", StringComparison.Ordinal));

        (await project.PublishAsync("-f", "net10.0", Archive)).ShouldSucceed();
        (await project.PublishAsync(Archive)).ShouldFailWith("NETSDK1129");
    }
}
