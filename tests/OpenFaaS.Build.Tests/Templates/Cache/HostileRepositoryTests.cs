using System.Globalization;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Templates.Sources;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Templates.Cache;

[TestClass]
[RequiresTool("tools", "git")]
public sealed class HostileRepositoryTests(TestContext context)
{
    [TestMethod]
    public async Task Pull_Case30SubmodulesHooksAndFilters_RunNothing()
    {
        var repository = new PulledRepository(context);
        var git = repository.Repository;
        git.Commit(("template/node/Dockerfile", "FROM scratch"));
        var blob = git.Blob("FROM scratch");
        var modules = git.Blob($"[submodule \"x\"]\n\tpath = \"template/node/sub\\r\"\n\turl = -u./touch {repository.Canary}\n[submodule \"../../y\"]\n\tpath = y\n\turl = ext::touch {repository.Canary}\n");
        var attributes = git.Blob("* filter=evil\n*.bin filter=lfs diff=lfs merge=lfs -text\n");
        var pointer = git.Blob($"version https://git-lfs.github.com/spec/v1\noid sha256:{new string('1', 64)}\nsize 5\n");
        var hook = git.Blob($"#!/bin/sh\ntouch {repository.Canary}\n");
        var hooks = git.Tree(("100755", "post-checkout", hook), ("100755", "reference-transaction", hook));
        var node = git.Tree(("100644", ".gitattributes", attributes), ("100644", "Dockerfile", blob), ("100644", "data.bin", pointer), ("40000", "hooks", hooks), ("160000", "sub\r", git.Head));
        git.CommitTree(git.Tree(("100644", "modules", modules), ("40000", "template", git.Tree(("40000", "node", node)))));
        git.Git("config", "filter.evil.smudge", $"touch {repository.Canary}");

        var pulled = await repository.PullAsync(repository.Local(), context);

        Assert.IsFalse(File.Exists(repository.Canary));
        var warning = repository.Log.Diagnostics.Single();
        Assert.AreEqual("OFB6121", warning.Descriptor.Code);
        Assert.Contains("submodule 'node/sub", warning.Message);
        Assert.Contains("'node/data.bin'", warning.Message);
        Assert.IsFalse(warning.Message.Any(char.IsControl));
        Assert.IsFalse(Directory.EnumerateFileSystemEntries(Path.Combine(pulled.Folder, "node")).Any(path => path.Contains("sub", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Pull_Case30HostileSubmoduleFile_IsRefused()
    {
        var repository = new PulledRepository(context);
        var git = repository.Repository;
        git.Commit(("template/node/Dockerfile", "FROM scratch"));
        var modules = git.Blob($"[submodule \"../../x\"]\n\tpath = x\n\turl = -u./touch {repository.Canary}\n");
        git.CommitTree(git.Tree(("100644", ".gitmodules", modules), ("40000", "template", git.Git("rev-parse", "HEAD:template"))));

        await repository.FailAsync("OFB6124", repository.Local(), context);
    }

    [TestMethod]
    [DataRow(".GIT")]
    [DataRow(".git")]
    [DataRow("git~1")]
    [DataRow("..")]
    [DataRow("a/../../b")]
    public async Task Pull_Case30NameOfGitsOwn_IsRefused(string name)
    {
        var repository = new PulledRepository(context);
        var git = repository.Repository;
        var hook = git.Tree(("100644", "config", git.Blob($"[core]\n\tfsmonitor = touch {repository.Canary}\n")));
        git.CommitTree(git.Tree(("40000", "template", git.Tree(("40000", "node", git.Tree(("40000", name, hook)))))));

        await repository.FailAsync("OFB6124", repository.Local(), context);
    }

    [TestMethod]
    [DataRow(".GIT", "names git's own folder")]
    [DataRow(".git ", "names git's own folder")]
    [DataRow(".g\u200cit", "names git's own folder")]
    [DataRow("..", "leaves its folder")]
    [DataRow("a/../../../b", "leaves its folder")]
    [DataRow("a\\b", "holds a backslash")]
    [DataRow("C:", "begins with a drive")]
    public async Task Read_Case30HostileNameInObjects_IsRefusedWithoutGitsChecks(string name, string expected)
    {
        var git = GitRepository.Create(Path.Combine(context.Folder(), "a"));
        var inner = git.Tree(("100644", "config", git.Blob("")));
        var commit = git.CommitTree(git.Tree(("40000", "template", git.Tree(("40000", "node", git.Tree(("40000", name, inner)))))));

        Assert.Contains(expected, await FailReadAsync(git, commit, "OFB6112"));
    }

    [TestMethod]
    public async Task Read_Case25LinkThenFileThroughIt_IsRefused()
    {
        var git = GitRepository.Create(Path.Combine(context.Folder(), "a"));
        var (link, file) = (git.Blob(context.Folder()), git.Blob("canary"));
        var folder = git.Tree(("100644", "canary", file));
        var commit = git.CommitTree(git.Tree(("40000", "template", git.Tree(("40000", "node", git.Tree(("120000", "x", link), ("40000", "x", folder)))))));

        Assert.Contains("lies below a file or a link", await FailReadAsync(git, commit, "OFB6112"));
        Assert.IsFalse(File.Exists(Path.Combine(context.Folder(), "canary")));
    }

    [TestMethod]
    public async Task Read_Case25LinkThenFileThroughOtherSpelling_IsRefused()
    {
        var git = GitRepository.Create(Path.Combine(context.Folder(), "a"));
        var (link, file) = (git.Blob(context.Folder()), git.Blob("canary"));
        var commit = git.CommitTree(git.Tree(("40000", "template", git.Tree(("40000", "node", git.Tree(("120000", "X", link), ("40000", "x", git.Tree(("100644", "canary", file)))))))));

        Assert.Contains("in case only", await FailReadAsync(git, commit, "OFB6112"));
    }

    [TestMethod]
    public async Task Read_Case27DuplicateEntry_IsRefused()
    {
        var git = GitRepository.Create(Path.Combine(context.Folder(), "a"));
        var (one, two) = (git.Blob("1"), git.Blob("2"));
        var commit = git.CommitTree(git.Tree(("40000", "template", git.Tree(("40000", "node", git.Tree(("100644", "x", one), ("100644", "x", two)))))));

        Assert.Contains("is there twice", await FailReadAsync(git, commit, "OFB6112"));
    }

    [TestMethod]
    public async Task Read_Case27MissingObject_IsAnError()
    {
        var git = GitRepository.Create(Path.Combine(context.Folder(), "a"));
        var commit = git.Commit(("template/node/Dockerfile", "FROM scratch"));
        var blob = git.Git("rev-parse", "HEAD:template/node/Dockerfile");
        File.Delete(Path.Combine(git.Path, ".git", "objects", blob[..2], blob[2..]));

        await FailReadAsync(git, commit, "OFB6124");
    }

    [TestMethod]
    public async Task Pull_Case26LimitsOfFilesAndBytes_AreErrors()
    {
        var repository = new PulledRepository(context);
        repository.Repository.Commit([.. Enumerable.Range(0, 20).Select(i => ($"template/node/{i}", new string('x', 1000) + i.ToString(CultureInfo.InvariantCulture)))]);

        Assert.Contains("more than 19 files", await repository.FailAsync("OFB6113", repository.Local(), context, new TemplateLimits { Entries = 19 }));
        Assert.Contains("larger than 20000 bytes", await repository.FailAsync("OFB6113", repository.Local(), context, new TemplateLimits { UnpackedBytes = 20_000 }));
        Assert.Contains("git fetched more than 1000 bytes", await repository.FailAsync("OFB6113", repository.Local(), context, new TemplateLimits { FetchedBytes = 1000 }));
    }

    [TestMethod]
    public async Task Pull_Case26TreeThatDoublesAtEachLevel_StopsAtTheLimit()
    {
        var repository = new PulledRepository(context);
        var git = repository.Repository;
        var tree = git.Tree(("100644", "a", git.Blob("1")), ("100644", "b", git.Blob("2")));
        for (var i = 0; i < 40; i++)
        {
            tree = git.Tree(("40000", "a", tree), ("40000", "b", tree));
        }

        git.CommitTree(git.Tree(("40000", "template", git.Tree(("40000", "node", tree)))));

        await repository.FailAsync("OFB6113", repository.Local(), context);
    }

    [TestMethod]
    public async Task Pull_LinkInsteadOfATemplate_IsLeftOut()
    {
        var repository = new PulledRepository(context);
        var git = repository.Repository;
        var node = git.Tree(("100644", "Dockerfile", git.Blob("FROM scratch")));
        git.CommitTree(git.Tree(("40000", "template", git.Tree(("120000", "evil", git.Blob("/etc")), ("40000", "node", node)))));

        var pulled = await repository.PullAsync(repository.Local(), context);

        CollectionAssert.AreEqual(new[] { "node" }, pulled.Trees.Keys.ToArray());
        Assert.Contains("link 'evil'", repository.Log.Diagnostics.Single().Message);
    }

    private async Task<string> FailReadAsync(GitRepository git, string commit, string code)
    {
        var tool = Build.VersionControl.GitTool.Find(Environment.GetEnvironmentVariable)!;
        var output = Directory.CreateDirectory(Path.Combine(context.Folder(), "output")).FullName;
        var reader = new GitTreeReader(tool, new GitSource(git.Path, null), Path.Combine(git.Path, ".git"), new TemplateLimits(), new RecordingLog());

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(
            () => reader.ReadAsync(commit, new TemplateTreeWriter(output, "'a'", new TemplateLimits()), context.CancellationToken));

        Assert.AreEqual(code, error.Diagnostics[0].Descriptor.Code, error.Message);
        return error.Message;
    }
}
