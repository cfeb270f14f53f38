using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Templates.Cache;
using OpenFaaS.Build.Templates.Sources;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Templates.Cache;

[TestClass]
[RequiresTool("tools", "git")]
public sealed class GitPullTests(TestContext context)
{
    private const string File = "template/node/Dockerfile";

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Pull_EveryFormOfRef_GivesItsCommit(bool isHttp)
    {
        var repository = new PulledRepository(context);
        await using var server = new GitHttpServer(repository.Served);
        var first = repository.Repository.Commit((File, "1"), ("README.md", ""), ("template/README.md", ""));
        repository.Repository.Git("tag", "light");
        repository.Repository.Git("tag", "--annotate", "--message", "tag", "annotated");
        repository.Repository.Git("branch", "feat/x");
        var second = repository.Repository.Commit((File, "2"));

        foreach (var (reference, expected) in new[]
        {
            (null, second), ("main", second), ("light", first), ("annotated", first), ("feat/x", first),
            (first, first), ("sha-" + first, first), ("sha-" + first[..9], first), ("sha-" + second[..7].ToUpperInvariant(), second),
        })
        {
            var source = isHttp ? PulledRepository.Source(server, reference) : repository.Local(reference);

            var pulled = await repository.PullAsync(source, context);

            Assert.AreEqual(expected, pulled.Commit, reference);
            Assert.AreEqual(expected == first ? "1" : "2", await System.IO.File.ReadAllTextAsync(Path.Combine(pulled.Folder, "node", "Dockerfile"), context.CancellationToken));
            CollectionAssert.AreEqual(new[] { "node" }, pulled.Trees.Keys.ToArray());
            Assert.AreEqual(TreeHash.Of(Path.Combine(pulled.Folder, "node")), pulled.Trees["node"]);
        }

        Assert.HasCount(2, repository.Versions());
    }

    [TestMethod]
    public async Task Pull_BranchAndTagOfOneName_TakesTheBranch()
    {
        var repository = new PulledRepository(context);
        repository.Repository.Commit((File, "1"));
        repository.Repository.Git("tag", "both");
        var second = repository.Repository.Commit((File, "2"));
        repository.Repository.Git("branch", "both");

        Assert.AreEqual(second, (await repository.PullAsync(repository.Local("both"), context)).Commit);
    }

    [TestMethod]
    public async Task Pull_ModesAndLinks_AreKept()
    {
        var repository = new PulledRepository(context);
        repository.Repository.Commit((File, "1"), ("template/node/run.sh", "#!/bin/sh"), ("template/node/a/b/c", "deep"));
        System.IO.File.CreateSymbolicLink(Path.Combine(repository.Repository.Path, "template/node/link"), "a/b");
        System.IO.File.CreateSymbolicLink(Path.Combine(repository.Repository.Path, "template/node/out"), "/etc/hostname");
        repository.Repository.Git("add", "--all");
        repository.Repository.Git("update-index", "--chmod=+x", "template/node/run.sh");
        repository.Repository.Git("commit", "--quiet", "--message", "links");

        var pulled = await repository.PullAsync(repository.Local(), context);

        var node = Path.Combine(pulled.Folder, "node");
        Assert.AreEqual("a/b", new FileInfo(Path.Combine(node, "link")).LinkTarget);
        Assert.AreEqual("/etc/hostname", new FileInfo(Path.Combine(node, "out")).LinkTarget);
        Assert.IsTrue(System.IO.File.GetUnixFileMode(Path.Combine(node, "run.sh")).HasFlag(UnixFileMode.UserExecute));
        Assert.IsFalse(System.IO.File.GetUnixFileMode(Path.Combine(node, "Dockerfile")).HasFlag(UnixFileMode.UserExecute));
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(repository.CacheFolder));
    }

    [TestMethod]
    [DataRow("missing", "OFB6107")]
    [DataRow("0123456789abcdef0123456789abcdef01234567", "OFB6108")]
    [DataRow("sha-0123456789", "OFB6108")]
    public async Task Pull_RefThatIsNotThere_IsAnError(string reference, string code)
    {
        var repository = new PulledRepository(context);
        await using var server = new GitHttpServer(repository.Served);
        repository.Repository.Commit((File, "1"));

        await repository.FailAsync(code, PulledRepository.Source(server, reference), context);
        await repository.FailAsync(code, repository.Local(reference), context);
    }

    [TestMethod]
    public async Task Pull_Case29OptionLikeRefPastTheParser_IsAnError()
    {
        var repository = new PulledRepository(context);
        repository.Repository.Commit((File, "1"));

        await repository.FailAsync("OFB6104", repository.Local($"--upload-pack=touch ${{IFS}}{repository.Canary}"), context);
    }

    [TestMethod]
    public async Task Pull_RepositoryThatIsNotThere_IsAnError()
    {
        var repository = new PulledRepository(context);
        await using var server = new GitHttpServer(repository.Served);

        await repository.FailAsync("OFB6114", new GitSource($"{server.Url}/nowhere.git", null), context);
        await repository.FailAsync("OFB6114", new GitSource(context.Folder(), null), context);
    }

    [TestMethod]
    public async Task Pull_UnknownHost_IsUnreachable()
    {
        var repository = new PulledRepository(context);

        await repository.FailAsync("OFB6119", new GitSource("https://nowhere.invalid/a.git", null), context);
    }

    [TestMethod]
    [DataRow("template", "a file")]
    [DataRow("other/x", "no folder")]
    public async Task Pull_Case31NoTemplateFolder_IsAnError(string file, string expected)
    {
        var repository = new PulledRepository(context);
        repository.Repository.Commit((file, ""));

        Assert.Contains(expected, await repository.FailAsync("OFB6111", repository.Local(), context));
    }

    [TestMethod]
    public async Task Pull_Case31TemplateFolderIsALink_IsAnError()
    {
        var repository = new PulledRepository(context);
        System.IO.File.CreateSymbolicLink(Path.Combine(repository.Repository.Path, "template"), "/etc");
        repository.Repository.Commit();

        Assert.Contains("a symbolic link", await repository.FailAsync("OFB6111", repository.Local(), context));
    }

    [TestMethod]
    public async Task Pull_Case32MovedTag_IsFollowedUnlessTheCommitIsLocked()
    {
        var repository = new PulledRepository(context);
        await using var server = new GitHttpServer(repository.Served);
        var first = repository.Repository.Commit((File, "1"));
        repository.Repository.Git("tag", "v1");
        Assert.AreEqual(first, (await repository.PullAsync(PulledRepository.Source(server, "v1"), context)).Commit);
        var second = repository.Repository.Commit((File, "2"));
        repository.Repository.Git("tag", "--force", "v1");
        var requests = server.Requests.Count;

        var locked = await repository.NewCache().PullAsync(PulledRepository.Source(server, "v1"), first, context.CancellationToken);

        Assert.AreEqual(first, locked.Commit);
        Assert.HasCount(requests, server.Requests);
        Assert.AreEqual(second, (await repository.PullAsync(PulledRepository.Source(server, "v1"), context)).Commit);
    }

    [TestMethod]
    public async Task Pull_Case32BranchMovedBetweenResolveAndFetch_IsAnErrorThatTellsBoth()
    {
        var repository = new PulledRepository(context);
        await using var server = new GitHttpServer(repository.Served) { AllowsNewProtocol = false };
        var first = repository.Repository.Commit((File, "1"));
        var second = "";
        server.Before = request =>
        {
            if (server.Requests.Count == 2 && second.Length == 0)
            {
                repository.Repository.Git("checkout", "--quiet", "--orphan", "new");
                second = repository.Repository.Commit((File, "3"));
                repository.Repository.Git("branch", "--force", "main");
            }

            return null;
        };

        var message = await repository.FailAsync("OFB6110", PulledRepository.Source(server, "main"), context);

        Assert.Contains($"asked for {first}, received {second}", message);
    }

    [TestMethod]
    public async Task Pull_Case32ServerOfTheOldProtocol_GivesPinnedCommitsToo()
    {
        var repository = new PulledRepository(context);
        await using var server = new GitHttpServer(repository.Served) { AllowsNewProtocol = false };
        var first = repository.Repository.Commit((File, "1"));
        repository.Repository.Commit((File, "2"));

        Assert.AreEqual(first, (await repository.PullAsync(PulledRepository.Source(server, first), context)).Commit);
    }

    [TestMethod]
    public async Task Pull_Case32Sha256Repository_IsRead()
    {
        var repository = new PulledRepository(context, "--object-format=sha256");
        var commit = repository.Repository.Commit((File, "1"));

        Assert.AreEqual(64, commit.Length);
        Assert.AreEqual(commit, (await repository.PullAsync(repository.Local("main"), context)).Commit);
        Assert.AreEqual(commit, (await repository.PullAsync(repository.Local("sha-" + commit[..10]), context)).Commit);
    }

    [TestMethod]
    public async Task Pull_DeletedRepository_IsServedFromTheCacheWhereTheCommitIsKnown()
    {
        var repository = new PulledRepository(context);
        var commit = repository.Repository.Commit((File, "1"));
        var source = repository.Local("main");
        await repository.PullAsync(source, context);
        Directory.Delete(repository.Served, recursive: true);

        Assert.AreEqual(commit, (await repository.NewCache().PullAsync(source, commit, context.CancellationToken)).Commit);
        Assert.AreEqual(commit, (await repository.PullAsync(source with { Ref = commit }, context)).Commit);
        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => repository.PullAsync(source, context));
    }

    [TestMethod]
    public async Task Pull_UnreachableServer_UsesTheLastCommitWithAWarningButNotForAnotherCommit()
    {
        var repository = new PulledRepository(context);
        var commit = repository.Repository.Commit((File, "1"));
        GitSource source;
        await using (var server = new GitHttpServer(repository.Served))
        {
            source = PulledRepository.Source(server, "main");
            await repository.PullAsync(source, context);
        }

        Assert.AreEqual(commit, (await repository.PullAsync(source, context)).Commit);
        Assert.AreEqual("OFB6122", repository.Log.Diagnostics.Single().Descriptor.Code);
        var other = new string('1', 40);
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => repository.NewCache().PullAsync(source, other, context.CancellationToken));
        Assert.AreEqual("OFB6119", error.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public async Task Pull_NoGit_IsAnErrorUnlessTheCommitIsInTheCache()
    {
        var repository = new PulledRepository(context);
        var commit = repository.Repository.Commit((File, "1"));

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(
            () => repository.NewCache(environment: _ => null).PullAsync(repository.Local(), null, context.CancellationToken));
        await repository.PullAsync(repository.Local(), context);

        Assert.AreEqual("OFB6106", error.Diagnostics[0].Descriptor.Code);
        Assert.AreEqual(commit, (await repository.NewCache(environment: _ => null).PullAsync(repository.Local(), commit, context.CancellationToken)).Commit);
    }

    [TestMethod]
    public async Task Pull_Case36RepositoryOfAnotherUser_IsAnErrorThatSaysSo()
    {
        var repository = new PulledRepository(context);
        repository.Repository.Commit((File, "1"));
        if (Environment.UserName != "root")
        {
            Assert.Inconclusive("Only root can give a folder away.");
        }

        await Tool.RunAsync("chown", ["-R", "4711", repository.Repository.Path], context.CancellationToken);

        await repository.FailAsync("OFB6118", repository.Local(), context);
    }

    [TestMethod]
    public async Task Pull_Case36ShallowCloneAndWorktree_AreSources()
    {
        var repository = new PulledRepository(context);
        repository.Repository.Commit((File, "0"));
        var commit = repository.Repository.Commit((File, "1"));
        var (shallow, worktree) = (Path.Combine(context.Folder(), "shallow"), Path.Combine(context.Folder(), "worktree"));
        repository.Repository.Git("clone", "--quiet", "--depth=1", "file://" + repository.Repository.Path, shallow);
        repository.Repository.Git("worktree", "add", "--quiet", "--detach", worktree);

        Assert.AreEqual(commit, (await repository.PullAsync(new GitSource(shallow, null), context)).Commit);
        Assert.AreEqual(commit, (await repository.PullAsync(new GitSource(worktree, null), context)).Commit);
    }
}
