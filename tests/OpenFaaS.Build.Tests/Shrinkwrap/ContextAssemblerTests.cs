using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Shrinkwrap;
using OpenFaaS.Build.Templates;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Shrinkwrap;

[TestClass]
public sealed class ContextAssemblerTests(TestContext context)
{
    [TestMethod]
    public void Assemble_Template_LaysHandlerIntoFunctionFolder()
    {
        var folder = new FunctionFolder(context);
        folder.Write("template/node/Dockerfile", "FROM scratch\n");
        folder.Write("template/node/index.js", "// entry");
        folder.Write("template/node/function/handler.js", "// sample");
        folder.Write("template/node/function/package.json", "{}");
        folder.Write("src/handler.js", "// mine");

        var result = folder.Assemble(("FunctionTemplate", "node"), ("FunctionHandler", "src"));

        CollectionAssert.AreEqual(
            new[] { "Dockerfile", "function", "function/handler.js", "function/package.json", "index.js" }, result.Files.Select(f => f.Path).ToArray());
        using var reader = new StreamReader(result.Files.Find("function/handler.js")!.Content!.Open());
        Assert.AreEqual("// mine", reader.ReadToEnd());
        Assert.AreEqual("FROM scratch\n", result.Dockerfile);
    }

    [TestMethod]
    public void Assemble_HandlerFolderOfTemplate_IsHonoured()
    {
        var folder = new FunctionFolder(context);
        folder.Write("template/go/Dockerfile", "FROM scratch\n");
        folder.Write("template/go/template.yml", "language: go\nhandler_folder: src/app\n");
        folder.Write("src/handler.go", "package function");

        var result = folder.Assemble(("FunctionTemplate", "go"), ("FunctionHandler", "src"));

        Assert.IsNotNull(result.Files.Find("src/app/handler.go"));
    }

    [TestMethod]
    [DataRow("../out")]
    [DataRow("a/../../b")]
    [DataRow("/")]
    public void Assemble_HandlerFolderLeavesContext_IsError(string handlerFolder)
    {
        var folder = new FunctionFolder(context);
        folder.Write("template/go/Dockerfile", "FROM scratch\n");
        folder.Write("template/go/template.yml", $"handler_folder: {handlerFolder}\n");
        folder.Write("src/handler.go", "package function");

        // A lone slash names nothing below the context either.
        var error = Assert.ThrowsExactly<DiagnosticException>(() => folder.Assemble(("FunctionTemplate", "go"), ("FunctionHandler", "src")));

        Assert.AreEqual("OFB6003", error.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public void Assemble_Fault20_OwnOutputsAndBuildFilesAreLeftOut()
    {
        var folder = new FunctionFolder(context);
        folder.Write("Dockerfile", "FROM scratch\n");
        folder.Write("handler.sh", "echo");
        folder.Write("nested/bin/tool", "kept");
        foreach (var left in new[] { "bin/x", "obj/y", "template/t/z", "build/b", ".git/HEAD", ".vs/v", "nuget.config", "global.json", "stack.yaml", "stack.yml" })
        {
            folder.Write(left, "out");
        }

        // Whatever its name, the folder that the SDK writes to is not input.
        folder.Write("shrunk/hello/old", "out");
        folder.Write("image.tar", "out");
        var result = folder.Assemble(
            ("FunctionTemplate", "dockerfile"), ("ShrinkwrapDir", "shrunk"), ("ContainerArchiveOutputPath", "image.tar"));

        CollectionAssert.AreEqual(
            new[] { "Dockerfile", "handler.sh", "nested", "nested/bin", "nested/bin/tool", "shrunk" }, result.Files.Select(f => f.Path).ToArray());
    }

    [TestMethod]
    public void Assemble_DefaultExcludesOff_KeepsThem()
    {
        var folder = new FunctionFolder(context);
        folder.Write("Dockerfile", "FROM scratch\n");
        folder.Write("bin/x", "kept");

        var result = folder.Assemble(("FunctionTemplate", "dockerfile"), ("FunctionDefaultExcludes", "false"));

        Assert.IsNotNull(result.Files.Find("bin/x"));
        Assert.IsNotNull(result.Files.Find("hello.csproj"));
    }

    [TestMethod]
    public void Assemble_DockerIgnore_IsAppliedOnceAndKeepsParentsOfExceptions()
    {
        var folder = new FunctionFolder(context);
        folder.Write("Dockerfile", "FROM scratch\n");
        folder.Write(".dockerignore", "docs\n!docs/keep.md\nDockerfile\n.dockerignore\n");
        folder.Write("docs/keep.md", "1");
        folder.Write("docs/drop.md", "2");

        var result = folder.Assemble(("FunctionTemplate", "dockerfile"));

        CollectionAssert.AreEqual(new[] { "docs", "docs/keep.md" }, result.Files.Select(f => f.Path).ToArray());
        Assert.AreEqual("FROM scratch\n", result.Dockerfile, "The builder reads the Dockerfile although it is ignored.");
    }

    [TestMethod]
    public void Assemble_IgnoreFileOfDockerfile_Wins()
    {
        var folder = new FunctionFolder(context);
        folder.Write("deploy/My.Dockerfile", "FROM scratch\n");
        folder.Write("deploy/My.Dockerfile.dockerignore", "b\n");
        folder.Write(".dockerignore", "a\n");
        folder.Write("a", "1");
        folder.Write("b", "2");

        var result = folder.Assemble(("FunctionTemplate", "dockerfile"), ("ContainerDockerfile", "deploy/My.Dockerfile"));

        Assert.IsNotNull(result.Files.Find("a"));
        Assert.IsNull(result.Files.Find("b"));
    }

    [TestMethod]
    [DataRow("Dockerfile")]
    [DataRow("./Dockerfile")]
    [DataRow("linked/Dockerfile")]
    public void Assemble_LinkedDockerfile_IsFollowedWithinTheContext(string name)
    {
        var folder = new FunctionFolder(context);
        folder.Write("docker/real", "FROM scratch\n");
        folder.Link("Dockerfile", "docker/real");
        folder.Link("docker/Dockerfile", "real");
        folder.Link("linked", "/docker");

        var result = folder.Assemble(("FunctionTemplate", "dockerfile"), ("ContainerDockerfile", name));

        Assert.AreEqual("FROM scratch\n", result.Dockerfile);
        Assert.AreEqual(name == "linked/Dockerfile" ? "docker/Dockerfile" : "Dockerfile", result.DockerfileName);
    }

    [TestMethod]
    [DataRow("/etc/hostname", DisplayName = "leads out")]
    [DataRow("Dockerfile", DisplayName = "leads to itself")]
    public void Assemble_LinkedDockerfileLeadsNowhere_IsError(string target)
    {
        var folder = new FunctionFolder(context);
        folder.Link("Dockerfile", target);

        var error = Assert.ThrowsExactly<DiagnosticException>(() => folder.Assemble(("FunctionTemplate", "dockerfile")));

        Assert.AreEqual("OFB1008", error.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public void Assemble_LinkedIgnoreFileLeadsOut_IsErrorAndNotIgnored()
    {
        var folder = new FunctionFolder(context);
        folder.Write("Dockerfile", "FROM scratch\n");
        folder.Link(".dockerignore", "../shared.dockerignore");
        folder.Write("../shared.dockerignore", "secret\n");

        var error = Assert.ThrowsExactly<DiagnosticException>(() => folder.Assemble(("FunctionTemplate", "dockerfile")));

        Assert.AreEqual("OFB4002", error.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public void Assemble_FileWhereTemplateHasFolder_IsError()
    {
        var folder = new FunctionFolder(context);
        folder.Write("template/t/Dockerfile", "FROM scratch\n");
        folder.Write("template/t/function/lib/x", "1");
        folder.Write("src/lib", "2");

        var error = Assert.ThrowsExactly<DiagnosticException>(() => folder.Assemble(("FunctionTemplate", "t"), ("FunctionHandler", "src")));

        Assert.AreEqual("OFB4008", error.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    [DataRow("missing")]
    [DataRow("empty")]
    public void Assemble_NoHandler_IsError(string handler)
    {
        var folder = new FunctionFolder(context);
        folder.Write("template/t/Dockerfile", "FROM scratch\n");
        Directory.CreateDirectory(Path.Combine(folder.Path, "empty"));

        var error = Assert.ThrowsExactly<DiagnosticException>(() => folder.Assemble(("FunctionTemplate", "t"), ("FunctionHandler", handler)));

        Assert.AreEqual("OFB1006", error.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public void Assemble_NoDockerfile_IsError()
    {
        var folder = new FunctionFolder(context);
        folder.Write("handler.sh", "echo");

        var error = Assert.ThrowsExactly<DiagnosticException>(() => folder.Assemble(("FunctionTemplate", "dockerfile")));

        Assert.AreEqual("OFB1008", error.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public void Assemble_PublishOutput_GoesIntoThreeFolders()
    {
        var folder = new FunctionFolder(context);
        var bundled = Path.Combine(context.Folder(), "bundled");
        Directory.CreateDirectory(Path.Combine(bundled, "dotnet"));
        File.WriteAllText(Path.Combine(bundled, "dotnet", "Dockerfile"), "FROM scratch\n");
        var request = folder.Request("dotnet") with
        {
            Items = new Dictionary<string, IReadOnlyList<RequestItem>>
            {
                ["FunctionPublishFile"] =
                [
                    File_("Mine.dll", "Mine.dll", "app"), File_("Lib.dll", "Lib.dll", "package"), File_("de.dll", "de/Lib.resources.dll", "package"),
                ],
            },
        };
        var model = FunctionFolder.Model(request);

        var result = ContextAssembler.Assemble(model, TemplateLocator.Find(model, bundled), request, folder.Log);

        CollectionAssert.AreEqual(
            new[] { "Dockerfile", "app", "app/Mine.dll", "framework", "packages" },
            result.Files.Select(f => f.Path).Where(p => !p.StartsWith("packages/", StringComparison.Ordinal)).ToArray());
        Assert.IsNotNull(result.Files.Find("packages/de/Lib.resources.dll"));

        RequestItem File_(string name, string relative, string layer) => new(
            folder.Write("publish/" + name, name), new Dictionary<string, string> { ["RelativePath"] = relative, ["Layer"] = layer });
    }

    [TestMethod]
    [DataRow("../x.dll")]
    [DataRow("a/../../x.dll")]
    public void Assemble_PublishPathLeavesFolder_IsError(string relative)
    {
        var folder = new FunctionFolder(context);
        var bundled = Path.Combine(context.Folder(), "bundled");
        Directory.CreateDirectory(Path.Combine(bundled, "dotnet"));
        File.WriteAllText(Path.Combine(bundled, "dotnet", "Dockerfile"), "FROM scratch\n");
        var request = folder.Request("dotnet") with
        {
            Items = new Dictionary<string, IReadOnlyList<RequestItem>>
            {
                ["FunctionPublishFile"] = [new RequestItem(folder.Write("publish/x.dll", "x"), new Dictionary<string, string> { ["RelativePath"] = relative })],
            },
        };
        var model = FunctionFolder.Model(request);

        var error = Assert.ThrowsExactly<DiagnosticException>(
            () => ContextAssembler.Assemble(model, TemplateLocator.Find(model, bundled), request, folder.Log));

        Assert.AreEqual("OFB4002", error.Diagnostics[0].Descriptor.Code);
    }
}
