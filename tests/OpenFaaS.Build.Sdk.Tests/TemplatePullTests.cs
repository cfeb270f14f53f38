using System.Text.Json;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>Templates from a repository, with the packed SDK: cache, lock file, and folders for people who keep templates in their own repository.</summary>
[TestClass]
[RequiresTool("tools", "git")]
public sealed class TemplatePullTests(TestContext context)
{
    [TestMethod]
    public async Task Publish_TemplateFromRepository_IsPinnedByTheLockFile()
    {
        var project = await ProjectAsync("../templates#v1");

        (await ShrinkwrapAsync(project)).ShouldSucceed();
        var first = Context(project);
        var entry = Lock(project);
        await CommitAsync(project, "second", "v1");
        (await ShrinkwrapAsync(project, "-p:FunctionLockedMode=true")).ShouldSucceed();

        Assert.AreEqual("first", first);
        Assert.AreEqual("first", Context(project), "The tag has moved; the lock file holds the commit.");
        Assert.AreEqual("../templates", entry.GetProperty("source").GetString());
        Assert.AreEqual("v1", entry.GetProperty("ref").GetString());
        Assert.MatchesRegex("^[0-9a-f]{40}$", entry.GetProperty("commit").GetString());
        Assert.IsFalse(Directory.Exists(project.At("template")), "A build writes templates to the cache only.");
    }

    [TestMethod]
    public async Task PullFunctionTemplates_MovedTag_UpdatesLockAndTemplateFolder()
    {
        var project = await ProjectAsync("../templates#v1");
        (await ShrinkwrapAsync(project)).ShouldSucceed();
        await CommitAsync(project, "second", "v1");

        var locked = await project.DotNetAsync("build", "-t:PullFunctionTemplates", "-p:FunctionLockedMode=true");
        (await project.DotNetAsync("build", "-t:PullFunctionTemplates")).ShouldSucceed();
        (await ShrinkwrapAsync(project, "-p:FunctionLockedMode=true")).ShouldSucceed();

        Assert.AreEqual(1, locked.ExitCode);
        Assert.Contains("commit of template 'plain'", locked.Output);
        Assert.AreEqual("second", File.ReadAllText(project.At("template/plain/index")));
        Assert.AreEqual("second", Context(project));
        Assert.AreEqual("v1", JsonDocument.Parse(File.ReadAllBytes(project.At("template/plain/meta.json"))).RootElement.GetProperty("ref_name").GetString());
        Assert.IsFalse(File.Exists(project.At("obj/Release/openfaas/context/fn/meta.json")));
    }

    [TestMethod]
    public async Task PullFunctionTemplates_EditedFolder_IsNotReplaced()
    {
        var project = await ProjectAsync("../templates#v1");
        (await project.DotNetAsync("build", "-t:PullFunctionTemplates")).ShouldSucceed();
        project.Write("template/plain/index", "mine");
        await CommitAsync(project, "second", "v1");

        var result = await project.DotNetAsync("build", "-t:PullFunctionTemplates");

        Assert.AreEqual(1, result.ExitCode);
        Assert.Contains("error OFB6011", result.Output);
        Assert.AreEqual("mine", File.ReadAllText(project.At("template/plain/index")));
    }

    [TestMethod]
    public async Task Publish_FunctionPullTemplates_PullsAndPublishes()
    {
        var project = await ProjectAsync("../templates");

        (await project.PublishAsync("-p:FunctionPullTemplates=true", "-p:ContainerArchiveOutputPath=out/")).ShouldSucceed();

        Assert.AreEqual("first", File.ReadAllText(project.At("template/plain/index")));
        Assert.IsTrue(File.Exists(project.At("out/fn.oci.tar")));
    }

    [TestMethod]
    public async Task Publish_LockedModeWithoutLockFile_IsAnError()
    {
        var project = await ProjectAsync("../templates#v1");

        var result = await ShrinkwrapAsync(project, "-p:FunctionLockedMode=true");

        Assert.AreEqual(1, result.ExitCode);
        Assert.Contains("openfaas.lock.json", result.Output);
        Assert.DoesNotContain("MSB4018", result.Output);
    }

    [TestMethod]
    public async Task Publish_AnotherReferenceThanLocked_IsResolvedAnewOrRefused()
    {
        var project = await ProjectAsync("../templates#v1");
        (await ShrinkwrapAsync(project)).ShouldSucceed();
        await CommitAsync(project, "second", "v2");
        WriteStack(project, "../templates#v2");

        var refused = await ShrinkwrapAsync(project, "-p:FunctionLockedMode=true");
        (await ShrinkwrapAsync(project)).ShouldSucceed();

        Assert.AreEqual(1, refused.ExitCode);
        Assert.Contains("ref of template 'plain'", refused.Output);
        Assert.AreEqual("second", Context(project));
        Assert.AreEqual("v2", Lock(project).GetProperty("ref").GetString());
    }

    [TestMethod]
    public async Task Publish_NameWithReference_TakesThatReference()
    {
        var project = await ProjectAsync("../templates", lang: "plain@v1");
        await CommitAsync(project, "second", "v2");

        (await ShrinkwrapAsync(project)).ShouldSucceed();

        Assert.AreEqual("first", Context(project), "faas-cli takes the newest here and calls it v1.");
    }

    [TestMethod]
    public async Task Publish_TemplateThatTheRepositoryLacks_NamesThoseItHas()
    {
        var project = await ProjectAsync("../templates", lang: "plian");

        var result = await ShrinkwrapAsync(project);

        Assert.AreEqual(1, result.ExitCode);
        Assert.Contains("error OFB6008", result.Output);
        Assert.Contains("did you mean 'plain'?", result.Output);
    }

    [TestMethod]
    public async Task Publish_Case40EightProcessesAtOnce_PullOnce()
    {
        var first = await ProjectAsync("../templates#v1");
        (await first.DotNetAsync("restore")).ShouldSucceed();
        var trace = first.At("../trace.json");
        var cache = first.At("../cache");
        var projects = Enumerable.Range(0, 8).Select(number => Copy(first, number, trace, cache)).ToList();

        var results = await Task.WhenAll(projects.Select(project => ShrinkwrapAsync(project)));

        foreach (var result in results)
        {
            result.ShouldSucceed();
        }

        Assert.IsTrue(projects.All(project => Context(project) == "first"));
        var fetches = File.ReadLines(trace).Count(line => line.Contains("\"event\":\"cmd_name\"", StringComparison.Ordinal) && line.Contains("\"name\":\"fetch\"", StringComparison.Ordinal));
        Assert.AreEqual(1, fetches);
    }

    private FunctionProject Copy(FunctionProject first, int number, string trace, string cache)
    {
        var copy = new FunctionProject(context, "copy" + number);
        copy.Write("fn.csproj", File.ReadAllText(first.At("fn.csproj"))).Write("fn/text", "handler");
        WriteStack(copy, first.At("../templates") + "#v1");
        copy.Environment["GIT_TRACE2_EVENT"] = trace;
        copy.Environment["XDG_CACHE_HOME"] = cache;
        return copy;
    }

    private async Task<FunctionProject> ProjectAsync(string source, string lang = "plain")
    {
        var project = new FunctionProject(context);
        project.Environment["XDG_CACHE_HOME"] = project.At("../cache");
        project.Write("fn.csproj", $"""<Project Sdk="OpenFaaS.Build.Sdk/{PackedSdk.Version}" />""").Write("fn/text", "handler");
        WriteStack(project, source, lang);
        await GitAsync(project, "init", "-q", "-b", "main");
        await CommitAsync(project, "first", "v1");
        return project;
    }

    private static void WriteStack(FunctionProject project, string source, string lang = "plain") => project.Write("stack.yaml", $"""
        provider:
          name: openfaas
        functions:
          fn:
            lang: {lang}
            handler: ./fn
        configuration:
          templates:
            - name: {lang}
              source: {source}
        """);

    private async Task CommitAsync(FunctionProject project, string content, string tag)
    {
        project.Write("../templates/template/plain/index", content).Write("../templates/template/plain/Dockerfile", "FROM scratch\nCOPY . /\n");
        await GitAsync(project, "add", "-A");
        await GitAsync(project, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", content);
        await GitAsync(project, "tag", "-f", tag);
    }

    private Task GitAsync(FunctionProject project, params string[] arguments)
    {
        Directory.CreateDirectory(project.At("../templates"));
        return Tool.RunAsync("git", ["-C", project.At("../templates"), .. arguments], context.CancellationToken);
    }

    private static Task<CommandResult> ShrinkwrapAsync(FunctionProject project, params string[] arguments) =>
        project.DotNetAsync(["build", "-t:Shrinkwrap", "-c", "Release", .. arguments]);

    private static string Context(FunctionProject project) => File.ReadAllText(project.At("obj/Release/openfaas/context/fn/index"));

    private static JsonElement Lock(FunctionProject project) =>
        JsonDocument.Parse(File.ReadAllBytes(project.At("openfaas.lock.json"))).RootElement.GetProperty("templates").GetProperty("plain");
}
