using System.Text;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;
using OpenFaaS.Build.Integration.Tests.Builders.FunctionBuilder;
using OpenFaaS.Build.Integration.Tests.Builders.Kaniko;
using OpenFaaS.Build.Integration.Tests.Builders.Kaniko.Kubernetes;
using OpenFaaS.Build.Integration.Tests.Kubernetes;
using OpenFaaS.Build.Sdk.Tests;

namespace OpenFaaS.Build.Integration.Tests.Builders;

/// <summary>
/// No secret that a publish hands to a builder elsewhere is in its binary log, on the console at the highest verbosity, or in what is left on disk; and the
/// build has them nevertheless. The embedded builder's are searched for in the SDK's own suite.
/// </summary>
[TestClass]
[RequiresService("registry"), RequiresService("registry-auth"), RequiresService("docker"), RequiresService("docker26"), RequiresService("tools")]
public sealed class BinaryLogTests(TestContext context)
{
    private const string Steps = "ARG FEED\nARG NOTE\nRUN echo \"${#FEED} ${#NOTE}\" > /lengths\n";
    private readonly string argument = "canary-of-an-argument-" + Guid.NewGuid().ToString("n");
    private readonly string fileArgument = "canary-of-a-file-" + Guid.NewGuid().ToString("n");
    private readonly string name = "log-" + Guid.NewGuid().ToString("n");

    private string Reference => $"{PrivateRegistry.Address}/{name}:latest";

    [TestMethod]
    [DataRow(true, DisplayName = "payload secret in a variable")]
    [DataRow(false, DisplayName = "payload secret in a file")]
    public async Task Publish_ByTheFunctionBuilder_ShowsNoSecret(bool isVariable)
    {
        await using var standIn = await FunctionBuilderStandIn.StartAsync();
        var token = "canary-of-a-token-" + Guid.NewGuid().ToString("n");
        var project = Project("RUN --mount=type=secret,id=the.token wc -c < /run/secrets/the.token > /count\n", $"""
            <ContainerBuilder>openfaas</ContainerBuilder>
            <ContainerBuilderEndpoint>{standIn.Url}</ContainerBuilderEndpoint>
            <OpenFaaSBuilderPublicKey>{standIn.PublicKey}</OpenFaaSBuilderPublicKey>
            <OpenFaaSPayloadSecret>{(isVariable ? "env:FUNCTION_PAYLOAD" : "file:../payload")}</OpenFaaSPayloadSecret>
            """, """<ContainerBuildSecret Include="the.token" Source="env:FUNCTION_TOKEN" />""");
        project.Environment["FUNCTION_TOKEN"] = token;
        project.Write("../payload", isVariable ? "" : standIn.PayloadSecret).Environment["FUNCTION_PAYLOAD"] = isVariable ? standIn.PayloadSecret : "";

        await PublishAsync(project, standIn.PayloadSecret, token);

        Assert.AreEqual($"{token.Length}\n", await ReadAsync("count"));
        Assert.DoesNotContain(token, Encoding.Latin1.GetString(standIn.Requests.Single().Body));
    }

    [TestMethod]
    public async Task Publish_ByKanikoInAContainer_ShowsNoSecret()
    {
        var project = Project("", string.Concat(KanikoExecutor.Settings("docker").Select(setting => $"<{setting.Key}>{setting.Value}</{setting.Key}>")));

        await PublishAsync(project);
    }

    [TestMethod, RequiresClusterDouble]
    public async Task Publish_ByKanikoInACluster_ShowsNoSecret()
    {
        await using var cluster = TestCluster.Start(context, new StandInContainer(context.Folder()).RunAsync);
        var project = Project("", $"""
            <ContainerBuilder>kaniko</ContainerBuilder>
            <KanikoRunner>kubernetes</KanikoRunner>
            <KanikoImage>{KanikoExecutor.Image}</KanikoImage>
            """);
        project.Environment["KUBECONFIG"] = cluster.Config;

        await PublishAsync(project, cluster.Double.Token);
    }

    private FunctionProject Project(string steps, string properties, string items = "")
    {
        var project = FunctionProject.AnyLanguage(context, properties: $"""
            {properties}
            <ContainerRegistry>{PrivateRegistry.Address}</ContainerRegistry>
            <ContainerRepository>{name}</ContainerRepository>
              </PropertyGroup>
              <ItemGroup>
                <ContainerBuildArg Include="FEED" Value="env:FEED_KEY" />
                <ContainerBuildArg Include="NOTE" Value="file:../note" />
                {items}
              </ItemGroup>
              <PropertyGroup>
            """);
        File.Copy("/bin/busybox", project.At("busybox"));
        project.Write("Dockerfile", BuildKitFunction.WithShell + Steps + steps).Write("../note", fileArgument + "\n").Write("../docker/config.json", PrivateRegistry.Config());
        project.Environment["FEED_KEY"] = argument;
        return project;
    }

    private async Task PublishAsync(FunctionProject project, params string[] secrets)
    {
        var result = (await project.PublishAsync("-bl:publish.binlog", "-v:diag", "-p:Bait=canary-that-is-seen")).ShouldSucceed();

        Assert.AreEqual($"{argument.Length} {fileArgument.Length}\n", await ReadAsync("lengths"));
        var traces = BinaryLog.Contents(project.At("publish.binlog"));
        traces.Add("console", Encoding.UTF8.GetBytes(result.Output + result.Error));
        foreach (var file in FilesOf(project.At("obj")).Concat(FilesOf(project.At("bin"))))
        {
            traces.Add(file, await File.ReadAllBytesAsync(file, context.CancellationToken));
        }

        Assert.IsTrue(traces.Keys.Any(file => file.EndsWith(".state.json", StringComparison.Ordinal)), "What is left on disk has to be searched.");
        Assert.IsNotEmpty(SecretSearch.Find(traces, "canary-that-is-seen"), "What is in a binary log has to be found there.");
        var (user, password) = (TestServices.Fact("registry-auth", "USER"), TestServices.Fact("registry-auth", "PASSWORD"));
        foreach (var secret in secrets.Concat([argument, fileArgument, password, Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")).TrimEnd('=')]))
        {
            Assert.IsEmpty(SecretSearch.Find(traces, secret), $"{secret} is in {string.Join(", ", SecretSearch.Find(traces, secret))}");
        }
    }

    private static string[] FilesOf(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];

    private async Task<string> ReadAsync(string path)
    {
        var folder = Path.Combine(context.Folder(), "image-" + Guid.NewGuid().ToString("n"));
        var root = Directory.CreateDirectory(folder + "-root").FullName;
        var auth = Path.Combine(PrivateRegistry.ConfigFolder(context), "config.json");
        await Tool.RunAsync("skopeo", ["copy", "--src-tls-verify=false", "--authfile", auth, "docker://" + Reference, "oci:" + folder], context.CancellationToken);
        foreach (var layer in Directory.EnumerateFiles(Path.Combine(folder, "blobs", "sha256")).Where(IsGzip))
        {
            await Tool.RunAsync("tar", ["-xzf", layer, "-C", root], context.CancellationToken);
        }

        return await File.ReadAllTextAsync(Path.Combine(root, path), context.CancellationToken);
    }

    private static bool IsGzip(string file)
    {
        using var stream = File.OpenRead(file);
        return stream.ReadByte() == 0x1F;
    }
}
