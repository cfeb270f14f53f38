namespace OpenFaaS.Build.Tests.Shrinkwrap.Parity;

/// <summary>Where the SDK copies other files than faas-cli on purpose: each test says what faas-cli does and what the SDK does instead. Numbers are sections of the measured behaviour.</summary>
[TestClass]
public sealed class WhatIsCopiedDifferenceTests(TestContext context)
{
    private readonly ParityRun run = new(context);

    [TestMethod]
    public async Task Shrinkwrap_TemplateWithoutDescription_21FaasCliFails_SdkTakesTheDefaults()
    {
        var stack = run.Stack;
        File.Delete(stack.Full("template/t/template.yml"));

        await run.FaasCliFailsAsync();

        Assert.Contains("fn/function/handler.sh", (await run.SdkAsync()).Keys);
    }

    [TestMethod]
    public async Task Shrinkwrap_LangDockerfileInUpperCase_22FaasCliFails_SdkTakesItForDockerfile()
    {
        var stack = ParityCases.Dockerfile(run.Stack);
        stack.Functions[0] = stack.Functions[0] with { Template = "Dockerfile" };

        await run.FaasCliFailsAsync();

        CollectionAssert.IsSubsetOf(new[] { "fn/Dockerfile", "fn/handler.sh" }, (await run.SdkAsync()).Keys);
    }

    [TestMethod]
    public async Task Shrinkwrap_DockerfileWithoutATemplateFolder_23FaasCliFails_SdkNeedsNone()
    {
        var stack = ParityCases.Dockerfile(run.Stack);
        Directory.Delete(stack.Full("template/dockerfile"), recursive: true);

        await run.FaasCliFailsAsync();

        CollectionAssert.IsSubsetOf(new[] { "fn/Dockerfile", "fn/handler.sh" }, (await run.SdkAsync()).Keys);
    }

    [TestMethod]
    public async Task Shrinkwrap_RecordOfAPull_34FaasCliCopiesIt_SdkLeavesItOut()
    {
        var stack = run.Stack.Write("template/t/meta.json", """{"repository":"https://user:token@git.example.com/t"}""").Write("template/t/sub/meta.json", "1").Write("h/meta.json", "2");

        var theirs = await run.FaasCliAsync();
        var ours = await run.SdkAsync();

        CollectionAssert.AreEqual(new[] { "fn/meta.json" }, theirs.Keys.Except(ours.Keys).ToArray());
        Assert.IsEmpty(ours.Keys.Except(theirs.Keys));
    }

    [TestMethod]
    public async Task Shrinkwrap_BuildAndTemplateOfTheHandler_35FaasCliDropsThem_SdkKeepsThemOnDemand()
    {
        var stack = run.Stack.Write("h/build/app.js", "1").Write("h/template", "2");

        var theirs = await run.FaasCliAsync();
        var ours = await run.SdkAsync(("FunctionDefaultExcludes", "false"));

        CollectionAssert.AreEqual(new[] { "fn/function/build/", "fn/function/build/app.js", "fn/function/template" }, ours.Keys.Except(theirs.Keys).ToArray());
    }

    [TestMethod]
    public async Task Shrinkwrap_HandlerIsTheProject_3FaasCliCopiesAll_SdkLeavesOutWhatOnlyTheBuildReads()
    {
        var stack = run.Stack.Write("parity.csproj", "<Project/>").Write(".git/HEAD", "1").Write("nuget.config", "<c/>").Write("obj/x", "1").Write("app.js", "1");
        stack.Functions[0] = stack.Functions[0] with { Handler = "." };

        var theirs = await run.FaasCliAsync();
        var ours = await run.SdkAsync();

        CollectionAssert.AreEqual(
            new[] { ".git/", ".git/HEAD", "nuget.config", "obj/", "obj/x", "parity.csproj", "stack.yaml" }.Select(name => "fn/function/" + name).ToArray(),
            theirs.Keys.Except(ours.Keys).ToArray());
        Assert.Contains("fn/function/app.js", ours.Keys);
    }

    [TestMethod]
    public async Task Shrinkwrap_EmptyHandler_3FaasCliBuildsTheSample_SdkSaysSo()
    {
        var stack = run.Stack.Write("template/t/function/sample.js", "1").Folder("empty");
        stack.Functions[0] = stack.Functions[0] with { Handler = "empty" };

        Assert.Contains("fn/function/sample.js", (await run.FaasCliAsync()).Keys);
        await run.SdkFailsAsync("OFB1006");
    }

    [TestMethod]
    public async Task Shrinkwrap_IgnoreFiles_3FaasCliReadsNone_SdkReadsTheTemplatesAndTheHandlers()
    {
        var stack = run.Stack.Write("template/t/.dockerignore", "*/node_modules\n").Write("h/.dockerignore", "*.log\n")
            .Write("h/node_modules/m.js", "1").Write("h/a.log", "1").Write("h/deep/b.log", "1");

        var theirs = await run.FaasCliAsync();
        var ours = await run.SdkAsync(("FunctionIgnoreFile", "true"));

        CollectionAssert.AreEqual(
            new[] { "fn/function/a.log", "fn/function/node_modules/", "fn/function/node_modules/m.js" }, theirs.Keys.Except(ours.Keys).ToArray());
    }
}
