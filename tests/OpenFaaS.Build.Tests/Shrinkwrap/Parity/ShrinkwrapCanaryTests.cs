namespace OpenFaaS.Build.Tests.Shrinkwrap.Parity;

/// <summary>Faults 19 to 22 of faas-cli: stacks that make it delete, overwrite or publish what is not theirs. A canary beside the stack must neither change nor reach a context.</summary>
[TestClass]
public sealed class ShrinkwrapCanaryTests(TestContext context)
{
    private readonly ParityRun run = new(context);

    [TestMethod]
    [DataRow("../victim")]
    [DataRow("a/../../victim")]
    [DataRow("..")]
    [DataRow(".")]
    [DataRow("a/b")]
    [DataRow("fn/")]
    [DataRow("FN")]
    public async Task Shrinkwrap_Bug19NameIsAPath_IsAnErrorAndDeletesNothing(string name)
    {
        var stack = Stack();
        var contexts = await ShrinkwrapAsync();
        stack.Functions[0] = stack.Functions[0] with { Name = name };

        await run.SdkFailsAsync("OFB1001");

        Assert.IsTrue(File.Exists(Path.Combine(contexts, "fn", "Dockerfile")));
        Canary.AssertLives(stack);
    }

    [TestMethod]
    [DataRow("../stack-evil")]
    [DataRow("../stack-evil/secret.txt")]
    [DataRow("../stack.victim/secret.txt")]
    [DataRow("h/../../stack-evil/secret.txt")]
    [DataRow("../victim/secret.txt")]
    [DataRow("..")]
    [DataRow("./")]
    [DataRow("~/secret.txt")]
    [DataRow(@"..\stack-evil\secret.txt")]
    public async Task Shrinkwrap_Bug20ExtraPathLeavesTheProject_IsAnError(string path)
    {
        var stack = Stack();
        stack.Write("../stack-evil/secret.txt", Canary.Text).Write("../stack.victim/secret.txt", Canary.Text).Copies.Add(path);

        await run.SdkFailsAsync("OFB1002");

        Assert.IsFalse(Directory.Exists(run.Contexts), "Nothing is written.");
        Canary.AssertLives(stack);
    }

    [TestMethod]
    [DataRow("linked", DisplayName = "the path is a link")]
    [DataRow("linked/secret.txt", DisplayName = "a link is on the way")]
    [DataRow("h/inner/secret.txt", DisplayName = "a link in the handler is on the way")]
    public async Task Shrinkwrap_Bug21ExtraPathThroughALink_IsAnError(string path)
    {
        var stack = Stack().Link("linked", "../victim").Link("h/inner", "../../victim");
        stack.Copies.Add(path);

        await run.SdkFailsAsync("OFB1013");

        Canary.AssertLives(stack);
    }

    [TestMethod]
    [DataRow("../victim", "lib/secret.txt", DisplayName = "a file over one outside")]
    [DataRow("../victim", "lib/new.txt", DisplayName = "a file beside one outside")]
    [DataRow("../victim", "lib", DisplayName = "a folder over a link to outside")]
    [DataRow("elsewhere", "lib/deep/secret.txt", DisplayName = "a link within the handler")]
    public async Task Shrinkwrap_Bug20ExtraPathLandsOnALinkOfTheHandler_IsAnErrorAndDoesNotWriteThroughIt(string target, string path)
    {
        var stack = Stack();
        stack.Write("lib/secret.txt", "overwritten").Write("lib/new.txt", "written").Write("lib/deep/secret.txt", "overwritten").Write("h/elsewhere/a", "1")
            .Link("h/lib", target == "elsewhere" ? target : stack.Full(target)).Copies.Add(path);

        await run.SdkFailsAsync("OFB4008");

        Canary.AssertLives(stack);
    }

    [TestMethod]
    [DataRow("function", "handler_folder: function\n")]
    [DataRow("src", "handler_folder: src/app\n")]
    public async Task Shrinkwrap_Bug21HandlerLandsOnALinkOfTheTemplate_IsAnErrorAndDoesNotWriteThroughIt(string link, string description)
    {
        var stack = Stack().Write("template/t/template.yml", description).Write("h/secret.txt", "overwritten").Write("h/app/secret.txt", "overwritten");
        stack.Link("template/t/" + link, stack.Full("../victim"));

        await run.SdkFailsAsync("OFB4008");

        Canary.AssertLives(stack);
    }

    [TestMethod]
    public async Task Shrinkwrap_Bug21HandlerFileLandsOnALinkOfTheTemplate_ReplacesTheLink()
    {
        var stack = Stack().Write("h/secret.txt", "the handler's");
        stack.Link("template/t/function/secret.txt", stack.Full("../victim/secret.txt"));

        var file = new FileInfo(Path.Combine(await ShrinkwrapAsync(), "fn/function/secret.txt"));

        Assert.IsNull(file.LinkTarget);
        Canary.AssertLives(stack);
    }

    [TestMethod]
    [DataRow("h/out")]
    [DataRow("template/t/out")]
    [DataRow("template/t/function/out")]
    [DataRow("common/out")]
    public async Task Shrinkwrap_Bug21LinkLeadsOut_IsKeptAndItsTargetIsNotCopied(string place)
    {
        var stack = Stack().Write("common/a.txt", "1");
        stack.Link(place, stack.Full("../victim/secret.txt")).Link(place + "-folder", stack.Full("../victim")).Copies.Add("common");

        var contexts = await ShrinkwrapAsync();

        Canary.AssertNotIn(contexts);
        Assert.HasCount(2, new DirectoryInfo(contexts).EnumerateFileSystemInfos("out*", SearchOption.AllDirectories).Where(entry => entry.LinkTarget is not null));
    }

    [TestMethod]
    public async Task Shrinkwrap_Bug22CredentialsInTheRecordOfAPull_ReachNoContext()
    {
        Stack().Write("template/t/meta.json", $$"""{"repository":"https://user:{{Canary.Text}}@git.example.com/t"}""");

        var contexts = await ShrinkwrapAsync();

        Assert.IsTrue(File.Exists(Path.Combine(contexts, "fn", "template.yml")));
        Canary.AssertNotIn(contexts);
        Assert.DoesNotContain(Canary.Text, string.Join('\n', run.Log.Messages));
    }

    private ParityStack Stack() => Canary.Place(run.Stack);

    private async Task<string> ShrinkwrapAsync()
    {
        await run.SdkWriteAsync();
        return run.Contexts;
    }
}
