using OpenFaaS.Build.Sdk.Tests;

namespace OpenFaaS.Build.Integration.Tests.Samples;

/// <summary>A function made for OpenFaaS's .NET template, built as that template builds it: the SDK writes the context, an engine executes its RUN.</summary>
[TestClass, RequiresService("registry"), RequiresService("tools"), RequiresService("docker")]
[RequiresVariable("OPENFAAS_TEST_DOTNET_SDK_IMAGE", "an image with the .NET SDK 10, ASP.NET Core and a shell, which the Docker service can pull")]
public sealed class DotNetTemplateTests(TestContext context)
{
    [TestMethod]
    public async Task Shrinkwrap_FunctionOfTheDotNetTemplate_IsBuiltByTheEngineAndServes()
    {
        var project = Project();
        (await project.DotNetAsync("build", "-t:Shrinkwrap", "-c", "Release")).ShouldSucceed();
        var reference = $"{TestServices.Endpoint("registry")}/dotnet-template/{Guid.NewGuid():n}:1";
        var cli = TestServices.Fact("docker", "CLI");

        await Tool.RunAsync(
            cli,
            ["build", "-q", "--build-arg", "SDK_IMAGE=" + Environment.GetEnvironmentVariable("OPENFAAS_TEST_DOTNET_SDK_IMAGE"), "-t", reference, project.At("obj/Release/openfaas/context/function")],
            context.CancellationToken);
        await Tool.RunAsync(cli, ["push", "-q", reference], context.CancellationToken);
        await using var container = await EngineContainer.RunAsync(context, "docker", reference);

        Assert.Contains("Hello", await container.Client.GetStringAsync("/", context.CancellationToken));
    }

    /// <summary>The handler of the sample of shape A, unchanged, over a template of the official one's shape without the watchdog.</summary>
    private FunctionProject Project()
    {
        var project = new FunctionProject(context);
        project.Write("function.csproj", $"""
            <Project Sdk="OpenFaaS.Build.Sdk/{PackedSdk.Version}">
              <PropertyGroup>
                <FunctionTemplate>dotnet-csharp</FunctionTemplate>
                <FunctionHandler>handler</FunctionHandler>
              </PropertyGroup>
            </Project>
            """);
        project.Write("handler/Handler.cs", File.ReadAllText(Path.Combine(Repository.Root, "samples/hello-csharp/Handler.cs")));
        project.Write("template/dotnet-csharp/template.yml", "language: csharp\nfprocess: dotnet ./Root.dll\n");
        project.Write("template/dotnet-csharp/.dockerignore", "/**/bin/**\n/**/obj/**\n");
        project.Write("template/dotnet-csharp/Root.csproj", """
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
              <ItemGroup>
                <Compile Include="Program.cs" />
                <ProjectReference Include="function/Function.csproj" />
              </ItemGroup>
            </Project>
            """);
        project.Write("template/dotnet-csharp/function/Function.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <FrameworkReference Include="Microsoft.AspNetCore.App" />
                <Using Include="Microsoft.AspNetCore.Builder;Microsoft.AspNetCore.Http;Microsoft.Extensions.DependencyInjection" />
              </ItemGroup>
            </Project>
            """);
        project.Write("template/dotnet-csharp/Program.cs", """
            var builder = WebApplication.CreateBuilder(args);
            function.Handler.MapServices(builder.Services);
            var app = builder.Build();
            app.MapGet("/_/ready", () => "OK");
            function.Handler.MapEndpoints(app);
            app.Run("http://0.0.0.0:8080");
            """);
        project.Write("template/dotnet-csharp/Dockerfile", """
            ARG SDK_IMAGE
            FROM ${SDK_IMAGE} AS build
            WORKDIR /src
            COPY . .
            RUN dotnet publish Root.csproj -c Release -o /app
            FROM ${SDK_IMAGE}
            COPY --from=build /app /app
            WORKDIR /app
            ENTRYPOINT ["dotnet", "Root.dll"]
            """);
        return project;
    }
}
