using System.Diagnostics;
using System.Text.Json;

namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>A user's project in a test's folder, with the packed SDK as its only source of ours.</summary>
internal sealed class FunctionProject
{
    private readonly TestContext context;

    /// <summary>Makes the folder with a nuget.config.</summary>
    public FunctionProject(TestContext context, string name = "project")
    {
        this.context = context;
        // Outside this repository, whose Directory.Build.props and global.json are not the user's.
        Folder = Path.Combine(PackedSdk.Folder, Guid.NewGuid().ToString("N")[..8], name);
        Directory.CreateDirectory(Folder);
        Write("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{PackedSdk.Folder}/packages" /></config>
              <packageSources><add key="packed" value="{PackedSdk.Feed}" /></packageSources>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
            </configuration>
            """);
        Environment["DOCKER_CONFIG"] = Path.Combine(Path.GetDirectoryName(Folder)!, "docker");
        Environment["XDG_CACHE_HOME"] = Path.Combine(PackedSdk.Folder, "cache");
    }

    /// <summary>Full path of the project folder.</summary>
    public string Folder { get; }

    /// <summary>Environment of the commands, besides the test's own.</summary>
    public Dictionary<string, string?> Environment { get; } = [];

    /// <summary>A project of shape B whose Dockerfile copies everything onto nothing.</summary>
    public static FunctionProject AnyLanguage(TestContext context, string name = "project", string properties = "")
    {
        var project = new FunctionProject(context, name);
        project.Write("My.CoolFunction.csproj", $"""
            <Project Sdk="OpenFaaS.Build.Sdk/{PackedSdk.Version}">
              <PropertyGroup>
                <FunctionTemplate>dockerfile</FunctionTemplate>
                {properties}
              </PropertyGroup>
            </Project>
            """);
        project.Write("Dockerfile", "FROM scratch\nCOPY . /\nCMD [\"/run\"]\n");
        project.Write("run", "#!/bin/true\n");
        return project;
    }

    /// <summary>A web project of shape A with its own entry point and a template that needs no base image.</summary>
    public static FunctionProject Web(TestContext context, string name = "project", string properties = "")
    {
        var project = new FunctionProject(context, name);
        project.Write("Hello.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <Sdk Name="OpenFaaS.Build.Sdk" Version="{PackedSdk.Version}" />
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <FunctionTemplate>plain</FunctionTemplate>
                {properties}
              </PropertyGroup>
            </Project>
            """);
        project.Write("Program.cs", "WebApplication.Create(args).Run();\n");
        project.WriteTemplate();
        return project;
    }

    /// <summary>Adds the template <c>plain</c>, whose image is the published files on nothing.</summary>
    public void WriteTemplate() => Write("template/plain/Dockerfile", "FROM scratch\nWORKDIR /home/app\nCOPY function/ ./\n");

    /// <summary>Writes a text file; folders are made.</summary>
    public FunctionProject Write(string path, string text)
    {
        var full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return this;
    }

    /// <summary>Full path of a file in the project folder.</summary>
    public string At(string path) => Path.Combine(Folder, path);

    /// <summary>Paths of all files below the project folder, with forward slashes, sorted.</summary>
    public IReadOnlyList<string> Files() =>
        [.. Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path)).Order(StringComparer.Ordinal)];

    /// <summary>The request that the last publish wrote.</summary>
    public JsonElement Request()
    {
        var file = Directory.GetFiles(Folder, "*.request.json", SearchOption.AllDirectories).Single();
        return JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
    }

    /// <summary>A property of the last request, or null.</summary>
    public string? RequestProperty(string name) => Request().GetProperty("properties").TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <summary>Runs <c>dotnet</c> with these arguments in the project folder.</summary>
    public Task<CommandResult> DotNetAsync(params string[] arguments) => DotNet.RunAsync(Folder, Environment, arguments, context.CancellationToken);

    /// <summary>Runs a line of shell in the project folder, for what only a shell can set.</summary>
    public Task<CommandResult> ShellAsync(string line) => DotNet.RunAsync(Folder, Environment, ["-c", line], context.CancellationToken, "/bin/sh");

    /// <summary>Runs <c>dotnet publish</c> with further arguments.</summary>
    public Task<CommandResult> PublishAsync(params string[] arguments) => DotNetAsync(["publish", .. arguments]);

    /// <summary>Publishes and returns what <c>-getProperty:GeneratedContainerDigest</c> prints.</summary>
    public async Task<string> PublishForDigestAsync(params string[] arguments)
    {
        var digest = (await PublishAsync(["-getProperty:GeneratedContainerDigest", .. arguments])).ShouldSucceed().Output.Trim();
        Assert.MatchesRegex("^sha256:[0-9a-f]{64}$", digest);
        return digest;
    }

    /// <summary>Starts <c>dotnet</c>; the caller waits for it with <see cref="DotNet.FinishAsync"/>.</summary>
    public Process Start(params string[] arguments) => DotNet.Start(Folder, Environment, arguments);
}
