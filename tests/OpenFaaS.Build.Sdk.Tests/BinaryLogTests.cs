using System.Text;

namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>
/// No secret that a publish uses is in its binary log, on the console at the highest verbosity, in what is left on disk, or in the image.
/// MSBuild logs the environment variables that a build reads as properties, and the SDK's targets read none that holds a secret. But it also logs all
/// whose names begin with DOTNET_ (and every variable if MSBUILDLOGALLENVIRONMENTVARIABLES is set), before a project is loaded: of that users are warned.
/// </summary>
[TestClass]
public sealed class BinaryLogTests(TestContext context)
{
    private const string User = "canary-user";
    private const string Argument = "canary-of-an-argument-u8Zk2";
    private const string FileArgument = "canary-of-a-file-q7Xw4";
    private readonly string password = "canary-of-a-password-" + Guid.NewGuid().ToString("N");

    [TestMethod]
    [DataRow(null, DisplayName = "credentials in config.json")]
    [DataRow("SDK_CONTAINER_REGISTRY", DisplayName = "credentials in variables that MSBuild does not log")]
    [DataRow("DOTNET_CONTAINER_REGISTRY", DisplayName = "credentials in variables that MSBuild logs")]
    [RequiresTool("registry", "docker-registry", "htpasswd")]
    public async Task Publish_WithSecrets_ShowsThemNowhere(string? variable)
    {
        var data = Path.Combine(context.Folder(), "registry");
        await using var registry = await RegistryProcess.StartAsync(data, context.CancellationToken, (User, password));
        var project = Project(registry.Name);
        if (variable is null)
        {
            var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{password}"));
            project.Write("../docker/config.json", $$"""{"auths": {"{{registry.Name}}": {"auth": "{{pair}}" } } }""");
        }
        else
        {
            project.Environment[variable + "_UNAME"] = User;
            project.Environment[variable + "_PWORD"] = password;
        }

        var result = (await project.PublishAsync("-bl:publish.binlog", "-v:diag", "-p:Bait=canary-that-is-seen")).ShouldSucceed();

        var traces = BinaryLog.Contents(project.At("publish.binlog"));
        traces.Add("console", Encoding.UTF8.GetBytes(result.Output + result.Error));
        foreach (var file in project.Files().Where(file => file.StartsWith("obj/", StringComparison.Ordinal) || file.StartsWith("bin/", StringComparison.Ordinal)))
        {
            traces.Add(file, await File.ReadAllBytesAsync(project.At(file), context.CancellationToken));
        }

        foreach (var file in Directory.GetFiles(Path.Combine(data, "data"), "*", SearchOption.AllDirectories))
        {
            traces.Add(file, await File.ReadAllBytesAsync(file, context.CancellationToken));
        }

        Assert.Contains("obj/Release/openfaas/my-cool-function.state.json", traces.Keys);
        Assert.IsNotEmpty(SecretSearch.Find(traces, "canary-that-is-seen"), "What is in a binary log has to be found there.");
        Assert.IsNotEmpty(SecretSearch.Find(traces, "<FunctionTemplate>"), "The project files inside the log have to be searched.");
        var isLogged = variable?.StartsWith("DOTNET_", StringComparison.Ordinal) == true;
        Assert.AreEqual(isLogged, result.Output.Contains("warning OFB3022", StringComparison.Ordinal));
        if (isLogged)
        {
            // The log's table of strings has a string once, whoever wrote it; the console tells that MSBuild alone did, as an environment variable.
            traces.Remove("binary log");
            traces["console"] = Encoding.UTF8.GetBytes(result.Output.Replace($"{variable}_PWORD = {password}", "", StringComparison.Ordinal));
        }

        foreach (var secret in new[] { password, Argument, FileArgument })
        {
            Assert.IsEmpty(SecretSearch.Find(traces, secret), secret);
            Assert.IsEmpty(SecretSearch.Find(traces, Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{secret}")).TrimEnd('=')), secret);
        }
    }

    [TestMethod]
    public async Task Publish_RefusedWithSecrets_ShowsThemNowhere()
    {
        var project = Project("127.0.0.1:1");
        project.Environment["SDK_CONTAINER_REGISTRY_UNAME"] = User;
        project.Environment["SDK_CONTAINER_REGISTRY_PWORD"] = password;

        var result = await project.PublishAsync("-bl:publish.binlog", "-v:diag");

        Assert.AreEqual(1, result.ExitCode);
        Assert.Contains("error OFB3001", result.Output);
        var traces = BinaryLog.Contents(project.At("publish.binlog"));
        traces.Add("console", Encoding.UTF8.GetBytes(result.Output + result.Error));
        foreach (var secret in new[] { password, Argument, FileArgument })
        {
            Assert.IsEmpty(SecretSearch.Find(traces, secret), secret);
        }
    }

    private FunctionProject Project(string registry)
    {
        var project = FunctionProject.AnyLanguage(context, properties: $"""
            <ContainerRegistry>{registry}</ContainerRegistry>
              </PropertyGroup>
              <ItemGroup>
                <ContainerBuildArg Include="FEED" Value="env:FEED_KEY" />
                <ContainerBuildArg Include="NOTE" Value="file:../note" />
              </ItemGroup>
              <PropertyGroup>
            """);
        project.Write("Dockerfile", "FROM scratch\nARG FEED\nARG NOTE\nCOPY run /\n").Write("../note", FileArgument + "\n");
        project.Environment["FEED_KEY"] = Argument;
        return project;
    }
}
