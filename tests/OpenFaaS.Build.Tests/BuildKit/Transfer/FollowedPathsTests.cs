using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Transfer;

[TestClass]
[TestCategory("fault-11")]
public sealed class FollowedPathsTests(TestContext context)
{
    private static readonly FileSet Tree = TransferSample.Set(
        Bytes.File("real/file", "x"),
        Bytes.File("real/deep/other", "x"),
        Bytes.File("real/deep/third", "x"),
        Bytes.File("[x", "x"),
        TransferSample.Link("l", "real/file"),
        TransferSample.Link("folder", "real/deep"),
        TransferSample.Link("absolute", "/real/deep"),
        TransferSample.Link("outside", "../../real/file"),
        TransferSample.Link("chain", "folder"),
        TransferSample.Link("odd", "[x"),
        TransferSample.Link("a-loop", "b-loop"),
        TransferSample.Link("b-loop", "a-loop"),
        TransferSample.Link("growing", "growing/more"),
        TransferSample.Link("up/here", "."),
        TransferSample.Link("root", "/"));

    [TestMethod]
    [DataRow("l", "l real/file")]
    [DataRow("/./l", "l real/file")]
    [DataRow("folder/other", "folder real/deep/other")]
    [DataRow("folder/other folder/third", "folder real/deep/other real/deep/third")]
    [DataRow("absolute/third", "absolute real/deep/third")]
    [DataRow("outside", "outside real/file")]
    [DataRow("chain/other", "chain folder real/deep/other")]
    [DataRow("nothing/here", "nothing/here")]
    [DataRow("real/f*", "real/f*")]
    [DataRow("f*", "f* real/deep")]
    [DataRow("ch?in/other", "ch?in folder real/deep/other")]
    [DataRow("real real/file", "real")]
    [DataRow("odd", "[x odd")]
    [DataRow("a-loop/x", "a-loop b-loop")]
    [DataRow("growing", "growing")]
    [DataRow("up/here", "up")]
    [DataRow(".", "")]
    [DataRow("l /", "")]
    [DataRow("root", "")]
    [DataRow("", "")]
    public void Resolve_Paths_AreFollowedPartByPart(string paths, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', FollowedPaths.Resolve(Tree, paths.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    [TestMethod]
    [DataRow("folder/other", "folder real real/deep real/deep/other")]
    [DataRow("odd", "[x odd")]
    public void Select_FollowedPaths_AreIncluded(string path, string expected) =>
        Assert.AreEqual(
            expected, string.Join(' ', FilteredFiles.Select(Tree, new FileRequest([], [], [path]), context.CancellationToken).Select(entry => entry.Path)));

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public void Resolve_LinksThatMultiply_AreAnError()
    {
        // Each link leads to all of them, by a path that was never there before.
        var links = Enumerable.Range(0, 30).Select(number => TransferSample.Link($"e/{(char)('A' + number)}", $"../e/?/{number}"));

        var failure = Assert.ThrowsExactly<DiagnosticException>(() => FollowedPaths.Resolve(TransferSample.Set([.. links]), ["e/?"]));
        Assert.AreEqual("OFB5201", failure.Diagnostics[0].Descriptor.Code);
    }
}
