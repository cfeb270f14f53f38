using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Shrinkwrap;
using OpenFaaS.Build.Templates;
using OpenFaaS.Build.Tests.Model;

namespace OpenFaaS.Build.Tests.Shrinkwrap;

/// <summary>What lies over a template besides the handler: overrides and copies; and what is left out.</summary>
[TestClass]
public sealed class OverlayTests(TestContext context)
{
    private readonly FunctionFolder folder = new(context);

    [TestInitialize]
    public void WriteTemplate()
    {
        folder.Write("template/node/Dockerfile", "FROM scratch\n");
        folder.Write("template/node/index.js", "// entry");
        folder.Write("src/handler.js", "// mine");
    }

    [TestMethod]
    public void Assemble_MetaJsonOfTemplate_IsNotCopied()
    {
        folder.Write("template/node/meta.json", "{}");
        folder.Write("template/node/data/meta.json", "{}");
        folder.Write("src/meta.json", "{}");

        CollectionAssert.IsSubsetOf(new[] { "data/meta.json", "function/meta.json" }, Paths());
        CollectionAssert.DoesNotContain(Paths(), "meta.json");
    }

    [TestMethod]
    public void Assemble_BuildAndTemplateOfHandler_AreLeftOutUntilTheSwitch()
    {
        folder.Write("src/build/app.js", "1");
        folder.Write("src/template/mail.html", "2");
        folder.Write("src/lib/build/kept.js", "3");

        var left = Paths();
        var kept = Paths(("FunctionDefaultExcludes", "false"));

        CollectionAssert.Contains(left, "function/lib/build/kept.js");
        Assert.DoesNotContain("function/build", left);
        Assert.DoesNotContain("function/template", left);
        Assert.Contains(message => message.Contains("'build' in the handler of hello is left out", StringComparison.Ordinal), folder.Log.Messages);
        CollectionAssert.IsSubsetOf(new[] { "function/build/app.js", "function/template/mail.html" }, kept);
    }

    [TestMethod]
    public void Assemble_IgnoreFileOfHandler_AppliesToTheHandlerAlone()
    {
        folder.Write("src/.dockerignore", "secret.txt\n*.log\n!keep.log\n");
        folder.Write("src/secret.txt", "s");
        folder.Write("src/a.log", "a");
        folder.Write("src/keep.log", "k");
        folder.Write("template/node/secret.txt", "of the template");

        CollectionAssert.AreEqual(
            new[] { "Dockerfile", "function", "function/.dockerignore", "function/handler.js", "function/keep.log", "index.js", "secret.txt" }, Paths());
    }

    [TestMethod]
    public void Assemble_IgnoreFileOff_KeepsWhatFaasCliKeeps()
    {
        folder.Write("template/node/.dockerignore", "index.js\n");
        folder.Write("src/.dockerignore", "*\n");

        CollectionAssert.IsSubsetOf(new[] { "index.js", "function/handler.js" }, Paths(("FunctionIgnoreFile", "false")));
        CollectionAssert.DoesNotContain(Paths(), "index.js");
    }

    [TestMethod]
    public void Assemble_Override_LiesOverTheTemplateAndUnderTheHandler()
    {
        folder.Write("own/index.js", "// override");
        folder.Write("own/function/handler.js", "// sample of the override");
        folder.Write("own/extra.txt", "x");

        var result = Assemble(Request().With("FunctionTemplateOverride", ("own", "Function", "")));

        Assert.AreEqual("// override", Text(result, "index.js"));
        Assert.AreEqual("// mine", Text(result, "function/handler.js"));
        Assert.IsNotNull(result.Files.Find("extra.txt"));
    }

    [TestMethod]
    public void Assemble_OverrideOfAnotherFunction_IsNotLaid()
    {
        folder.Write("own/index.js", "// override");

        Assert.AreEqual("// entry", Text(Assemble(Request().With("FunctionTemplateOverride", ("own", "Function", "other"))), "index.js"));
        Assert.AreEqual("// override", Text(Assemble(Request().With("FunctionTemplateOverride", ("own", "Function", "hello"))), "index.js"));
    }

    [TestMethod]
    public void Assemble_Copies_ComeLastAndKeepTheirPath()
    {
        folder.Write("common/models/user.js", "u");
        folder.Write("common/handler.js", "c");
        folder.Write("lib/one.txt", "1");
        folder.Write("handler.js", "// of the copy");

        var result = Assemble(Request().With("FunctionCopyExtra", ("common", "", ""), ("./lib/../lib/one.txt", "", ""), ("lib/one.txt", "", ""), ("handler.js", "", "")));

        CollectionAssert.IsSubsetOf(
            new[] { "function/common/models/user.js", "function/common/handler.js", "function/lib/one.txt" }, result.Files.Select(file => file.Path).ToArray());
        Assert.AreEqual("// of the copy", Text(result, "function/handler.js"));
    }

    [TestMethod]
    public void Assemble_CopyByAbsolutePath_IsTakenRelatively()
    {
        var full = folder.Write("common/a.txt", "a");

        Assert.IsNotNull(Assemble(Request().With("FunctionCopyExtra", (full, "", ""))).Files.Find("function/common/a.txt"));
    }

    [TestMethod]
    [DataRow("..")]
    [DataRow(".")]
    [DataRow("")]
    [DataRow("../hello-evil/secret")]
    [DataRow("../../outside")]
    [DataRow("a/../../b")]
    [DataRow("/etc/passwd")]
    [DataRow("~/.ssh")]
    [DataRow(@"..\evil")]
    [DataRow(@"C:\Windows")]
    [DataRow(@"\\server\share")]
    public void Assemble_Case21CopyOutOfTheFolder_IsRefused(string path)
    {
        folder.Write("../hello-evil/secret", "s");

        var error = Assert.ThrowsExactly<DiagnosticException>(() => Assemble(Request().With("FunctionCopyExtra", (path, "", ""))));

        Assert.AreEqual("OFB1002", error.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    [DataRow("link")]
    [DataRow("link/passwd")]
    public void Assemble_CopyThroughLink_IsRefused(string path)
    {
        folder.Link("link", "/etc");

        var error = Assert.ThrowsExactly<DiagnosticException>(() => Assemble(Request().With("FunctionCopyExtra", (path, "", ""))));

        Assert.AreEqual("OFB1013", error.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    public void Assemble_CopyThatIsMissing_IsAnError()
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => Assemble(Request().With("FunctionCopyExtra", ("nowhere", "", ""))));

        Assert.AreEqual("OFB1012", error.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    public void Assemble_CopyOfTheOwnOutput_LeavesItOut()
    {
        folder.Write("data/kept.txt", "k");
        folder.Write("data/context/hello/old.txt", "o");

        var result = Assemble(Request(("ShrinkwrapDir", "data/context/")).With("FunctionCopyExtra", ("data", "", "")));

        CollectionAssert.Contains(result.Files.Select(file => file.Path).ToArray(), "function/data/kept.txt");
        Assert.IsNull(result.Files.Find("function/data/context/hello"));
    }

    [TestMethod]
    public void Assemble_DockerfileTemplate_TakesCopiesAtTheRoot()
    {
        folder.Write("src/Dockerfile", "FROM scratch\n");
        folder.Write("common/a.txt", "a");

        var result = Assemble(folder.Request("any", ("FunctionTemplate", "Dockerfile"), ("FunctionHandler", "src")).With("FunctionCopyExtra", ("common", "", "")));

        CollectionAssert.AreEqual(new[] { "Dockerfile", "common", "common/a.txt", "handler.js" }, result.Files.Select(file => file.Path).ToArray());
    }

    private string[] Paths(params (string Name, string Value)[] properties) => [.. Assemble(Request(properties)).Files.Select(file => file.Path)];

    private BuildRequest Request(params (string Name, string Value)[] properties) =>
        folder.Request("any", [("FunctionTemplate", "node"), ("FunctionHandler", "src"), .. properties]);

    private BuildContext Assemble(BuildRequest request)
    {
        var model = FunctionFolder.Model(request);
        return ContextAssembler.Assemble(model, TemplateLocator.Find(model, null), request, folder.Log);
    }

    private static string Text(BuildContext result, string path)
    {
        using var reader = new StreamReader(result.Files.Find(path)!.Content!.Open());
        return reader.ReadToEnd();
    }
}
