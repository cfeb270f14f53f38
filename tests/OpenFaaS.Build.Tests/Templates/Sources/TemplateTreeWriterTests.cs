using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Templates.Sources;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Templates.Sources;

[TestClass]
public sealed class TemplateTreeWriterTests(TestContext context)
{
    [TestMethod]
    [DataRow("../x")]
    [DataRow("/x")]
    [DataRow("node/../../x")]
    [DataRow("node/./x")]
    [DataRow("node//x")]
    [DataRow("node/")]
    [DataRow("node/a\0b")]
    [DataRow("node/a\nb")]
    [DataRow("node\\..\\..\\x")]
    [DataRow("C:/x")]
    [DataRow("C:\\x")]
    [DataRow("node/.git/config")]
    [DataRow("node/.GIT./config")]
    [DataRow("node/.git::$INDEX_ALLOCATION/config")]
    [DataRow("x")]
    [DataRow("")]
    public async Task Add_Case24PathThatLeavesOrMeansOther_IsRefused(string path)
    {
        var writer = Writer();

        Assert.AreEqual("OFB6112", await FailAsync(() => AddAsync(writer, path)));
        Assert.AreEqual("OFB6112", await FailAsync(() => AddLinkAsync(writer, path, "target")));
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(Output));
    }

    [TestMethod]
    public async Task Add_Case24HalfACharacter_IsRefused() => Assert.AreEqual("OFB6112", await FailAsync(() => AddAsync(Writer(), "node/\ud800")));

    [TestMethod]
    public async Task Add_Case25LinkThatSomebodyLaidThere_IsNotWrittenThrough()
    {
        var outside = Directory.CreateDirectory(Path.Combine(context.Folder(), "outside")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(Output, "node"), outside);

        Assert.AreEqual("OFB6112", await FailAsync(() => AddAsync(Writer(), "node/x")));
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(outside));
    }

    [TestMethod]
    [DataRow("node/link", "node/link/x")]
    [DataRow("node/link", "node/link/a/b")]
    [DataRow("node/link", "node/LINK/x")]
    [DataRow("node/link", "node/link")]
    [DataRow("node/link", "NODE/other")]
    public async Task Add_Case25FileThroughALink_IsRefused(string link, string file)
    {
        var writer = Writer();
        var outside = Directory.CreateDirectory(Path.Combine(context.Folder(), "outside")).FullName;
        writer.AddLink(link, outside);

        Assert.AreEqual("OFB6112", await FailAsync(() => AddAsync(writer, file)));
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(outside));
    }

    [TestMethod]
    [DataRow("node/a", "node/a/b")]
    [DataRow("node/a/b", "node/a")]
    [DataRow("node/a", "node/a")]
    [DataRow("node/a", "node/A")]
    [DataRow("node/a/x", "node/A/y")]
    public async Task Add_Case27SameNameTwice_IsRefused(string first, string second)
    {
        var writer = Writer();
        await AddAsync(writer, first);

        Assert.AreEqual("OFB6112", await FailAsync(() => AddAsync(writer, second)));
        Assert.AreEqual("OFB6112", await FailAsync(() => AddLinkAsync(writer, second, "target")));
    }

    [TestMethod]
    public async Task Add_Case26Limits_AreErrors()
    {
        var writer = new TemplateTreeWriter(Output, "'a'", new TemplateLimits { Entries = 3, UnpackedBytes = 10, PathBytes = 20 });
        await AddAsync(writer, "node/a", 10);

        Assert.AreEqual("OFB6113", await FailAsync(() => AddAsync(writer, "node/b", 1)));
        Assert.AreEqual("OFB6113", await FailAsync(() => AddAsync(writer, "node/" + new string('x', 16), 0)));
        Assert.AreEqual("OFB6113", await FailAsync(() => AddAsync(writer, "node/c", 0)));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("a\0b")]
    public async Task AddLink_ImpossibleTarget_IsRefused(string target) =>
        Assert.AreEqual("OFB6112", await FailAsync(() => AddLinkAsync(Writer(), "node/a", target)));

    private string Output => Directory.CreateDirectory(Path.Combine(context.Folder(), "output")).FullName;

    private TemplateTreeWriter Writer() => new(Output, "'a'", new TemplateLimits());

    private Task AddAsync(TemplateTreeWriter writer, string path, int size = 5) =>
        writer.AddFileAsync(path, false, new MemoryStream(Encoding.UTF8.GetBytes(new string('x', size))), context.CancellationToken);

    private static Task AddLinkAsync(TemplateTreeWriter writer, string path, string target)
    {
        writer.AddLink(path, target);
        return Task.CompletedTask;
    }

    private static async Task<string> FailAsync(Func<Task> add) => (await Assert.ThrowsExactlyAsync<DiagnosticException>(add)).Diagnostics[0].Descriptor.Code;
}
