using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Templates;
using OpenFaaS.Build.Tests.Shrinkwrap;

namespace OpenFaaS.Build.Tests.Templates;

[TestClass]
public sealed class TemplateLocatorTests(TestContext context)
{
    [TestMethod]
    public void Find_ParentInsideRepository_IsUsed()
    {
        var folder = new FunctionFolder(context);
        folder.Write("../.git/HEAD", "ref");
        folder.Write("../template/node/Dockerfile", "FROM scratch");

        var found = Find(folder, "node");

        Assert.AreEqual(Path.GetFullPath(Path.Combine(folder.Path, "../template/node")), found!.Path);
        Assert.IsFalse(found.IsBundled);
    }

    [TestMethod]
    public void Find_ParentOutsideRepository_IsNotUsed()
    {
        var folder = new FunctionFolder(context);
        folder.Write("../template/node/Dockerfile", "FROM scratch");

        // The folder of the tests themselves may lie in a repository, so the nearest one is made to end here.
        folder.Write(".git/HEAD", "ref");

        AssertNotFound(folder, "node");
    }

    [TestMethod]
    public void Find_Unknown_NamesWhatThereIs()
    {
        var folder = new FunctionFolder(context);
        folder.Write("template/node/Dockerfile", "FROM scratch");
        folder.Write("template/python/Dockerfile", "FROM scratch");

        var message = AssertNotFound(folder, "nodejs");

        Assert.Contains("Found: node, python.", message);
        Assert.Contains("(did you mean 'node'?)", AssertNotFound(folder, "nod"));
    }

    [TestMethod]
    public void Find_OtherSpelling_IsNotFound()
    {
        var folder = new FunctionFolder(context);
        folder.Write("template/Node/Dockerfile", "FROM scratch");

        AssertNotFound(folder, "node");
    }

    [TestMethod]
    public void Find_FolderOfAnotherUser_IsRefused()
    {
        var folder = new FunctionFolder(context);
        folder.Write("template/node/Dockerfile", "FROM scratch");
        if (Environment.UserName != "root")
        {
            Assert.Inconclusive("Only root can give a folder away.");
        }

        Support.ChangeOwner(Path.Combine(folder.Path, "template", "node"), 4711);

        var error = Assert.ThrowsExactly<DiagnosticException>(() => Find(folder, "node"));

        Assert.AreEqual("OFB6005", error.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    [TestCategory("fault-2")]
    public void Find_LinkInsteadOfATemplate_IsRefused()
    {
        var folder = new FunctionFolder(context);
        folder.Write("elsewhere/Dockerfile", "FROM scratch");
        folder.Link("template/node", "../elsewhere");

        var error = Assert.ThrowsExactly<DiagnosticException>(() => Find(folder, "node"));

        Assert.AreEqual("OFB6006", error.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public void Find_GivenPathMissing_IsError()
    {
        var folder = new FunctionFolder(context);

        var error = Assert.ThrowsExactly<DiagnosticException>(() => Find(folder, "node", ("FunctionTemplatePath", "nowhere")));

        Assert.AreEqual("OFB6002", error.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public void Find_MalformedYaml_NamesFileAndLine()
    {
        var folder = new FunctionFolder(context);
        folder.Write("template/node/Dockerfile", "FROM scratch");
        var file = folder.Write("template/node/template.yml", "language: node\nhandler_folder: [unclosed\n");

        var error = Assert.ThrowsExactly<DiagnosticException>(() => Find(folder, "node"));

        Assert.AreEqual("OFB6003", error.Diagnostics[0].Descriptor.Code);
        Assert.AreEqual(file, error.Diagnostics[0].Location!.File);
        Assert.IsGreaterThan(1, error.Diagnostics[0].Location!.Line);
    }

    private static TemplateFolder? Find(FunctionFolder folder, string name, params (string, string)[] more) =>
        TemplateLocator.Find(FunctionFolder.Model(folder.Request("any", [("FunctionTemplate", name), .. more])), null);

    private static string AssertNotFound(FunctionFolder folder, string name)
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => Find(folder, name));
        Assert.AreEqual("OFB6001", error.Diagnostics[0].Descriptor.Code);
        return error.Message;
    }

    private static class Support
    {
        public static void ChangeOwner(string path, int uid)
        {
            using var process = System.Diagnostics.Process.Start("chown", ["-R", $"{uid}", path]);
            process.WaitForExit();
        }
    }
}
