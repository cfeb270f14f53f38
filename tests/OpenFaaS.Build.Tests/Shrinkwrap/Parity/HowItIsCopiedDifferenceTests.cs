using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Shrinkwrap.Parity;

/// <summary>Where the SDK copies in another way than faas-cli on purpose: each test says what faas-cli does and what the SDK does instead. Numbers are sections of the measured behaviour.</summary>
[TestClass]
public sealed class HowItIsCopiedDifferenceTests(TestContext context)
{
    private readonly ParityRun run = new(context);

    [TestMethod]
    public async Task Shrinkwrap_FolderModes_33FaasCliMakesThemPrivate_SdkMakesThem0755()
    {
        var stack = run.Stack;
        var theirs = await FaasCli.ShrinkwrapAsync(stack, context.CancellationToken);
        await run.SdkAsync();

        Assert.IsTrue(File.GetUnixFileMode(Path.Combine(run.Contexts, "fn", "function")).HasFlag(UnixFileMode.OtherExecute | UnixFileMode.OtherRead));
        if (FaasCli.IsReal)
        {
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(theirs, "fn", "function")));
        }
    }

    [TestMethod]
    public async Task Shrinkwrap_FileModes_3FaasCliKeepsThem_SdkNormalizesUnlessPreserved()
    {
        var stack = run.Stack.Write("h/private.txt", "1", "600").Write("h/group.sh", "1", "4750");
        var theirs = await FaasCli.ShrinkwrapAsync(stack, context.CancellationToken);

        await run.SdkAsync();
        var normal = Modes();
        await run.SdkAsync(("FunctionFileMode", "preserve"));

        Assert.AreEqual("600", Mode(theirs, "private.txt"));
        Assert.AreEqual("644 755", normal);
        Assert.AreEqual("600 4750", Modes());

        string Modes() => $"{Mode(run.Contexts, "private.txt")} {Mode(run.Contexts, "group.sh")}";
        static string Mode(string root, string name) => Convert.ToString((int)File.GetUnixFileMode(Path.Combine(root, "fn", "function", name)), 8);
    }

    [TestMethod]
    public async Task Shrinkwrap_Links_3FaasCliFollowsThem_SdkKeepsThem()
    {
        var stack = run.Stack.Write("h/real/a.txt", "1").Link("h/file", "real/a.txt").Link("h/folder", "real").Link("template/t/index", "index.js");

        var theirs = await FaasCli.ShrinkwrapAsync(stack, context.CancellationToken);
        await run.SdkAsync();

        Assert.IsNull(new FileInfo(Path.Combine(theirs, "fn/function/file")).LinkTarget);
        foreach (var (name, target) in new[] { ("function/file", "real/a.txt"), ("function/folder", "real"), ("index", "index.js") })
        {
            Assert.AreEqual(target, new FileInfo(Path.Combine(run.Contexts, "fn", name)).LinkTarget);
        }
    }

    [TestMethod]
    [DataRow("nowhere", DisplayName = "leads nowhere")]
    [DataRow(".", DisplayName = "leads to its own folder")]
    [DataRow("link", DisplayName = "leads to itself")]
    public async Task Shrinkwrap_BrokenLink_3FaasCliFails_SdkKeepsIt(string target)
    {
        var stack = run.Stack.Link("h/link", target);

        await run.FaasCliFailsAsync();
        await run.SdkWriteAsync();

        Assert.AreEqual(target, new FileInfo(Path.Combine(run.Contexts, "fn/function/link")).LinkTarget);
    }

    [TestMethod]
    public async Task Shrinkwrap_Fifo_3FaasCliHangs_SdkLeavesItOutWithAWarning()
    {
        var stack = run.Stack;
        await Tool.RunAsync("mkfifo", [stack.Full("h/fifo")], context.CancellationToken);

        Assert.DoesNotContain("fn/function/fifo", (await run.SdkAsync()).Keys);
        Assert.AreEqual("OFB4005", run.Log.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    public async Task Shrinkwrap_AbsoluteExtraPath_36FaasCliRepeatsTheWholePath_SdkTakesItFromTheProject()
    {
        var stack = run.Stack.Write("common/a.txt", "1");
        stack.Copies.Add(stack.Full("common"));

        var theirs = await run.FaasCliAsync();

        Assert.Contains($"fn/function{stack.Full("common")}/a.txt", theirs.Keys);
        Assert.Contains("fn/function/common/a.txt", (await run.SdkAsync()).Keys);
    }

    [TestMethod]
    public async Task Shrinkwrap_ExtraPathBuild_36FaasCliCopiesItIntoItself_SdkCopiesIt()
    {
        var stack = run.Stack.Write("build/a.txt", "1");
        stack.Copies.Add("build");

        Assert.Contains("fn/function/build/a.txt", (await run.SdkAsync()).Keys);
        await run.FaasCliFailsAsync();
    }

    [TestMethod]
    public async Task Shrinkwrap_Failure_3FaasCliLeavesHalfAContext_SdkKeepsTheOldOne()
    {
        var stack = run.Stack;
        var before = FolderListing.Text(await run.SdkAsync());
        stack.Write("h/new.txt", "1").Copies.Add("none");

        await run.FaasCliFailsAsync();
        await run.SdkFailsAsync("OFB1012");

        Assert.IsTrue(File.Exists(stack.Full("build/fn/function/new.txt")));
        Assert.AreEqual(before, FolderListing.Text(FolderListing.Of(run.Contexts)));
    }
}
