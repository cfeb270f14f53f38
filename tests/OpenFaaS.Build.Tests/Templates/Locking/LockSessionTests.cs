using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Templates.Locking;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Templates.Locking;

[TestClass]
public sealed class LockSessionTests(TestContext context)
{
    private const string Source = "https://example.com/templates";
    private static readonly string Commit = new('a', 40);
    private static readonly string OtherCommit = new('b', 40);
    private static readonly Digest One = Digest.Of("one"u8);
    private static readonly Digest Two = Digest.Of("two"u8);
    private static readonly LockedTemplate Template = new(Source, "v1", Commit, One);
    private static readonly ImageReference Busybox = Parse("busybox:1");

    private string LockPath => Path.Combine(context.Folder(), LockFile.FileName);

    [TestMethod]
    public async Task Save_FirstTemplate_WritesAFileThatTheNextBuildFinds()
    {
        using (var session = await OpenAsync())
        {
            Assert.IsNull(session.Find("a@v1", Source, "v1"));
            session.Use("a@v1", Template);
            session.Use(Busybox, Two);
            await session.SaveAsync(context.CancellationToken);
        }

        using var next = await OpenAsync(isLocked: true);
        Assert.AreEqual(Template, next.Find("a@v1", Source, "v1"));
        Assert.AreEqual(Two, next.Pin(Busybox));
        next.Use("a@v1", Template);
        next.Use(Busybox, Two);
        await next.SaveAsync(context.CancellationToken);
    }

    [TestMethod]
    public async Task Save_NothingNew_LeavesTheFileAlone()
    {
        await WriteAsync();
        var before = File.GetLastWriteTimeUtc(LockPath);
        using var session = await OpenAsync();
        session.Use("a@v1", Template);
        session.Use(Busybox, Two);

        await session.SaveAsync(context.CancellationToken);

        Assert.AreEqual(before, File.GetLastWriteTimeUtc(LockPath));
    }

    [TestMethod]
    public async Task Save_ImagesAlone_BeginNoFileButFillOne()
    {
        using var without = await OpenAsync();
        without.Use(Busybox, One);
        await without.SaveAsync(context.CancellationToken);
        Assert.IsFalse(File.Exists(LockPath));

        File.WriteAllText(LockPath, "{ \"version\": 1 }");
        using var with = await OpenAsync();
        with.Use(Busybox, One);
        with.Use(Parse("busybox@" + Two), Two);
        await with.SaveAsync(context.CancellationToken);

        Assert.AreEqual("docker.io/library/busybox:1", (await LockFile.ReadAsync(LockPath, context.CancellationToken))!.Images.Single().Key);
    }

    [TestMethod]
    public async Task Find_OtherInputs_AreResolvedAnewAndRecorded()
    {
        await WriteAsync();
        using var session = await OpenAsync();

        Assert.IsNull(session.Find("a@v1", Source, "v2"));
        Assert.IsNull(session.Find("a@v1", Source + "2", "v1"));
        Assert.IsNotNull(session.Find("a@v1", Source, "v1"));
        session.Use("a@v1", new LockedTemplate(Source, "v2", OtherCommit, Two));
        await session.SaveAsync(context.CancellationToken);

        var written = (await LockFile.ReadAsync(LockPath, context.CancellationToken))!;
        Assert.AreEqual(OtherCommit, written.Templates["a@v1"].Commit);
        Assert.HasCount(1, written.Images);
    }

    [TestMethod]
    public async Task Find_SourceLeftToTheStore_IsTheLocksOwn()
    {
        await WriteAsync();
        using var session = await OpenAsync();

        Assert.AreEqual(Template, session.Find("a@v1"));
        Assert.IsNull(session.Find("b"));
    }

    [TestMethod]
    public async Task Find_LockedWithoutFile_IsAnError() =>
        Assert.AreEqual("OFB6141", Code(await Assert.ThrowsExactlyAsync<DiagnosticException>(() => OpenAsync(isLocked: true))));

    [TestMethod]
    public async Task Find_LockedAndDifferent_TellsBoth()
    {
        await WriteAsync();
        using var session = await OpenAsync(isLocked: true);

        AssertTells("OFB6142", () => session.Find("b"), "template 'b'", "template store");
        AssertTells("OFB6142", () => session.Find("b", Source, "v9"), "template 'b'", Source + "#v9");
        AssertTells("OFB6143", () => session.Find("a@v1", Source, "v2"), "ref of template 'a@v1'", "'v1'", "'v2'");
        AssertTells("OFB6143", () => session.Find("a@v1", Source, null), "ref of template 'a@v1'", "'v1'", "'none'");
        AssertTells("OFB6143", () => session.Find("a@v1", "../t", "v1"), "source of template 'a@v1'", Source, "../t");
        AssertTells("OFB6142", () => session.Use("b", Template), "template 'b'", Commit);
        AssertTells("OFB6143", () => session.Use("a@v1", Template with { Commit = OtherCommit }), Commit, OtherCommit);
        AssertTells("OFB6142", () => session.Use(Parse("alpine"), One), "base image 'docker.io/library/alpine'", One.ToString());
        AssertTells("OFB6143", () => session.Use(Busybox, One), "image 'docker.io/library/busybox:1'", One.ToString(), Two.ToString());
    }

    [TestMethod]
    public async Task Save_Locked_NeverWrites()
    {
        await WriteAsync();
        var text = File.ReadAllText(LockPath).Replace("  ", "", StringComparison.Ordinal);
        File.WriteAllText(LockPath, text);
        using var session = await OpenAsync(isLocked: true);
        session.Use("a@v1", Template);

        await session.SaveAsync(context.CancellationToken);

        Assert.AreEqual(text, File.ReadAllText(LockPath));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Use_Case32SameCommitOtherTree_IsAlwaysAnError(bool isLocked)
    {
        await WriteAsync();
        using var session = await OpenAsync(isLocked);

        AssertTells("OFB6144", () => session.Use("a@v1", Template with { Tree = Two }), "commit " + Commit, One.ToString(), Two.ToString());
    }

    [TestMethod]
    public async Task Use_Case28SamePackageVersionOtherContent_IsAlwaysAnError()
    {
        await WriteAsync(new LockedTemplate("nuget:Acme.Templates/1.0.0", null, null, One));
        using var session = await OpenAsync();

        AssertTells("OFB6144", () => session.Use("a@v1", new LockedTemplate("nuget:acme.templates/1.0.0", null, null, Two)), "acme.templates/1.0.0", One.ToString(), Two.ToString());
        session.Use("a@v1", new LockedTemplate("nuget:Acme.Templates/1.0.1", null, null, Two));
    }

    [TestMethod]
    public async Task Use_Case41RepositoryMoved_SameTreeIsFineAndOtherTreeIsNot()
    {
        await WriteAsync();
        using var session = await OpenAsync();

        session.Use("a@v1", Template with { Source = "https://example.org/moved" });
        AssertTells("OFB6144", () => session.Use("a@v1", Template with { Source = "https://example.org/moved", Tree = Two }), Commit);
    }

    [TestMethod]
    public async Task Use_LocalFolder_MayChangeUnlessLocked()
    {
        var folder = new LockedTemplate("../t", null, null, One);
        await WriteAsync(folder);
        using var free = await OpenAsync();
        using var locked = await OpenAsync(isLocked: true);

        free.Use("a@v1", folder with { Tree = Two });
        AssertTells("OFB6143", () => locked.Use("a@v1", folder with { Tree = Two }), "content of template 'a@v1'", One.ToString(), Two.ToString());
    }

    [TestMethod]
    public async Task Use_Credentials_IsRefused()
    {
        using var session = await OpenAsync();

        var error = Assert.ThrowsExactly<DiagnosticException>(() => session.Use("a", Template with { Source = "https://canary@example.com/t" }));

        Assert.AreEqual("OFB6145", Code(error));
        Assert.DoesNotContain("canary", error.Message);
    }

    [TestMethod]
    public async Task Pin_ShortNameOfAPerson_IsFound()
    {
        File.WriteAllText(LockPath, $$"""{ "version": 1, "images": { "busybox:1": "{{Two}}" } }""");
        using var session = await OpenAsync(isLocked: true);

        Assert.AreEqual(Two, session.Pin(Busybox));
        Assert.IsNull(session.Pin(Parse("busybox:2")));
        Assert.IsNull(session.Pin(Parse("busybox:1@" + One)));
        session.Use(Busybox, Two);
    }

    [TestMethod]
    public async Task Save_ByManyAtOnce_KeepsEveryEntryAndAWholeFile()
    {
        using var session = await OpenAsync();
        using var reading = new CancellationTokenSource();
        var reader = Task.Run(async () =>
        {
            while (!reading.IsCancellationRequested)
            {
                await LockFile.ReadAsync(LockPath, context.CancellationToken);
            }
        });

        await Parallel.ForAsync(0, 40, context.CancellationToken, async (i, token) =>
        {
            session.Use($"t{i}", Template);
            await session.SaveAsync(token);
        });
        await reading.CancelAsync();
        await reader;

        Assert.HasCount(40, (await LockFile.ReadAsync(LockPath, context.CancellationToken))!.Templates);
        Assert.HasCount(1, Directory.GetFileSystemEntries(context.Folder()));
    }

    [TestMethod]
    public async Task Save_ByTwoBuilds_MergesWhatTheOtherWrote()
    {
        using var one = await OpenAsync();
        using var two = await OpenAsync();
        one.Use("one", Template);
        two.Use("two", Template);

        await one.SaveAsync(context.CancellationToken);
        await two.SaveAsync(context.CancellationToken);

        Assert.AreEqual("one two", string.Join(' ', (await LockFile.ReadAsync(LockPath, context.CancellationToken))!.Templates.Keys));
    }

    private static ImageReference Parse(string text) => ImageReference.TryParse(text, out var reference) ? reference : throw new ArgumentException(text);

    private static string Code(DiagnosticException error) => error.Diagnostics.Single().Descriptor.Code;

    private void AssertTells(string code, Action action, params string[] parts)
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(action);
        Assert.AreEqual(code, Code(error), error.Message);
        Assert.AreEqual(LockPath, error.Diagnostics.Single().Location?.File);
        foreach (var part in parts)
        {
            Assert.Contains(part, error.Message);
        }
    }

    private Task<LockSession> OpenAsync(bool isLocked = false) => LockSession.OpenAsync(LockPath, isLocked, context.CancellationToken);

    private async Task WriteAsync(LockedTemplate? template = null)
    {
        using var session = await OpenAsync();
        session.Use("a@v1", template ?? Template);
        session.Use(Busybox, Two);
        await session.SaveAsync(context.CancellationToken);
    }
}
