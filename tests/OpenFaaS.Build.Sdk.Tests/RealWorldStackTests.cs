using System.Text.Json;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>A stack as teams have them: shared settings by anchor, defaults of variables, copies, templates pinned in two ways, a function that is built elsewhere.</summary>
[TestClass]
[RequiresTool("tools", "git")]
public sealed class RealWorldStackTests(TestContext context)
{
    [TestMethod]
    public async Task Publish_Stack_GivesEachFunctionItsContextNameArgumentsAndTags()
    {
        var project = await ProjectAsync();
        project.Environment["IMAGE_TAG"] = "1.4";
        var commit = (await GitAsync(project.Folder, "rev-parse", "--short", "HEAD")).Trim();

        (await project.PublishAsync("-p:FunctionFilter=shop-*", "-p:ContainerTagFormat=sha", "-p:ContainerArchiveOutputPath=out/", "-p:ContainerMetadataFile=out/")).ShouldSucceed();
        (await project.DotNetAsync("build", "-t:Shrinkwrap", "-c", "Release", "-p:FunctionFilter=shop-*")).ShouldSucceed();

        AssertFunction(project, "shop-cart", "ghcr.io/acme/shop-cart", $"1.4-{commit}", "curl git make", ("PROFILE", "release"), ("RETRIES", "010"));
        AssertFunction(project, "shop-orders", "ghcr.io/acme/shop-orders", $"2.0-{commit}", "", ("PROFILE", "debug"), ("RETRIES", "010"));
        Assert.AreEqual("node one", Context(project, "shop-cart", "index"));
        Assert.AreEqual("python one", Context(project, "shop-orders", "index"));
        Assert.AreEqual("cart", Context(project, "shop-cart", "function/handler"));
        Assert.AreEqual("orders", Context(project, "shop-orders", "src/app/handler"));
        Assert.AreEqual("models", Context(project, "shop-cart", "function/common/models"));
        Assert.AreEqual("models", Context(project, "shop-orders", "src/app/common/models"));
        CollectionAssert.AreEquivalent(
            new[] { "shop-cart", "shop-orders" },
            Directory.GetDirectories(project.At("obj/Release/openfaas/context")).Select(folder => Path.GetFileName(folder)).ToArray(),
            "legacy has skip_build, other is not selected");
    }

    private static void AssertFunction(FunctionProject project, string function, string name, string tag, string packages, params (string Name, string Value)[] arguments)
    {
        var metadata = Json(project, $"out/{function}.image.json");
        Assert.AreEqual($"{name}:{tag}", metadata.GetProperty("image.name").GetString());
        Assert.AreEqual("linux/amd64", metadata.GetProperty("Platforms").GetString());
        var items = Json(project, $"obj/Release/openfaas/{function}.request.json").GetProperty("items");
        CollectionAssert.AreEquivalent(
            arguments.Select(argument => $"{argument.Name}={argument.Value}").ToArray(),
            items.GetProperty("ContainerBuildArg").EnumerateArray()
                .Select(item => $"{item.GetProperty("include").GetString()}={item.GetProperty("metadata").GetProperty("Value").GetString()}").ToArray());

        // The templates keep what they are given: labels take arguments.
        var configuration = JsonDocument.Parse(metadata.GetProperty("Configuration").GetString()!).RootElement.GetProperty("config");
        Assert.AreEqual(packages, configuration.GetProperty("Labels").GetProperty("packages").GetString());
    }

    private static JsonElement Json(FunctionProject project, string path) => JsonDocument.Parse(File.ReadAllBytes(project.At(path))).RootElement;

    private static string Context(FunctionProject project, string function, string path) => File.ReadAllText(project.At($"obj/Release/openfaas/context/{function}/{path}"));

    private async Task<FunctionProject> ProjectAsync()
    {
        var project = new FunctionProject(context);
        project.Environment["XDG_CACHE_HOME"] = project.At("../cache");
        var python = await TemplatesAsync(project);
        project.Write("shop.csproj", $"""<Project Sdk="OpenFaaS.Build.Sdk/{PackedSdk.Version}" />""");
        project.Write("cart/handler", "cart").Write("orders/handler", "orders").Write("common/models", "models").Write(".gitignore", "obj/\nbin/\nout/\n");
        project.Write("stack.yaml", $$"""
            version: 1.0
            provider:
              name: openfaas
              gateway: ${OPENFAAS_URL:-http://127.0.0.1:8080} # ${NOT_SET:?comments are not read}
            x-defaults: &defaults
              lang: node
              environment: {write_timeout: 30s}
              build_args: &arguments
                PROFILE: ${PROFILE:-release}
                RETRIES: 010
            configuration:
              templates:
                - name: node
                  source: ../templates#v1
                - name: python
                  source: ../templates
              copy: [./common]
            functions:
              shop-cart:
                <<: *defaults
                handler: ./cart
                image: ghcr.io/${OWNER:-acme}/shop-cart:${IMAGE_TAG:-latest}
                build_options: [dev]
                platforms: linux/amd64
                limits: {memory: 128Mi}
                secrets: [payment-key]
              shop-orders:
                <<: *defaults
                lang: python@sha-{{python}}
                handler: ./orders
                image: ghcr.io/${OWNER:-acme}/shop-orders:2.0
                build_args: {<<: *arguments, PROFILE: debug}
                platforms: linux/amd64
              shop-legacy:
                <<: *defaults
                skip_build: true
                lang: cobol
                handler: ./nowhere
                image: ghcr.io/acme/shop-legacy
              other:
                <<: *defaults
                handler: ./cart
                image: ghcr.io/acme/other

            """);
        await InitAsync(project.Folder);
        await CommitAsync(project.Folder, "functions");
        return project;
    }

    /// <summary>A repository of two templates, tagged v1, whose newest commit is another one. Returns the short id of v1.</summary>
    private async Task<string> TemplatesAsync(FunctionProject project)
    {
        const string dockerfile = "FROM scratch\nARG ADDITIONAL_PACKAGE\nARG PROFILE\nARG RETRIES\nLABEL packages=\"$ADDITIONAL_PACKAGE\" profile=$PROFILE retries=$RETRIES\nCOPY . /\n";
        var folder = project.At("../templates");
        project.Write("../templates/template/node/Dockerfile", dockerfile).Write("../templates/template/node/index", "node one");
        project.Write("../templates/template/node/template.yml", "language: node\nfprocess: node\nbuild_options:\n  - name: dev\n    packages: [make, git, curl]\n");
        project.Write("../templates/template/python/Dockerfile", dockerfile).Write("../templates/template/python/index", "python one");
        project.Write("../templates/template/python/template.yml", "language: python\nhandler_folder: src/app\n");
        await InitAsync(folder);
        await CommitAsync(folder, "one");
        await GitAsync(folder, "tag", "v1");
        var commit = (await GitAsync(folder, "rev-parse", "HEAD")).Trim()[..10];
        project.Write("../templates/template/node/index", "node two").Write("../templates/template/python/index", "python two");
        await CommitAsync(folder, "two");
        return commit;
    }

    private Task<string> InitAsync(string folder) => GitAsync(folder, "init", "-q", "-b", "main");

    private async Task CommitAsync(string folder, string message)
    {
        await GitAsync(folder, "add", "-A");
        await GitAsync(folder, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", message);
    }

    private Task<string> GitAsync(string folder, params string[] arguments) => Tool.RunAsync("git", ["-C", folder, .. arguments], context.CancellationToken);
}
