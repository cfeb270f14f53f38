using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;
using OpenFaaS.Build.VersionControl;

using GitRepository = OpenFaaS.Build.VersionControl.GitRepository;

namespace OpenFaaS.Build.Tests.VersionControl;

[TestClass]
[RequiresTool("tools", "git")]
public sealed class GitRepositoryTests(TestContext context)
{
    [TestMethod]
    public async Task Read_Branch_IsNotAbbreviatedWhereATagHasItsName()
    {
        var repository = await TestRepository.CreateAsync(context);
        await repository.GitAsync("tag", "main");

        Assert.AreEqual("main", await Open(repository).BranchAsync(context.CancellationToken));
    }

    [TestMethod]
    public async Task Read_Case36Detached_IsHead()
    {
        var repository = await DetachedAsync();

        Assert.AreEqual("HEAD", await Open(repository).BranchAsync(context.CancellationToken));
    }

    [TestMethod]
    [DataRow("GITHUB_REF_NAME", "GITHUB_SHA", "feature/x", "feature/x")]
    [DataRow("GITHUB_REF_NAME", "GITHUB_SHA", "12/merge", "12/merge")]
    [DataRow("BUILD_SOURCEBRANCH", "BUILD_SOURCEVERSION", "refs/heads/feature/x", "feature/x")]
    [DataRow("BUILD_SOURCEBRANCH", "BUILD_SOURCEVERSION", "refs/tags/v1", "v1")]
    [DataRow("CI_COMMIT_REF_NAME", "CI_COMMIT_SHA", "main", "main")]
    [DataRow("CI_COMMIT_REF_NAME", "CI_COMMIT_SHA", "", "HEAD")]
    public async Task Read_Case36DetachedInCi_IsTheBranchThatTheCiSystemNames(string name, string commit, string value, string expected)
    {
        var repository = await DetachedAsync();
        var environment = TestEnvironment.With((name, value), (commit, await repository.GitAsync("rev-parse", "HEAD")));

        Assert.AreEqual(expected, await Open(repository, environment).BranchAsync(context.CancellationToken));
    }

    [TestMethod]
    public async Task Read_Case36DetachedInCi_NameOfAnotherCommitIsNotUsed()
    {
        var repository = await DetachedAsync();
        var environment = TestEnvironment.With(("GITHUB_REF_NAME", "other"), ("GITHUB_SHA", new string('0', 40)));

        Assert.AreEqual("HEAD", await Open(repository, environment).BranchAsync(context.CancellationToken));
    }

    [TestMethod]
    public async Task Read_BranchInCi_IsTheOneThatIsCheckedOut()
    {
        var repository = await TestRepository.CreateAsync(context);
        var environment = TestEnvironment.With(("GITHUB_REF_NAME", "other"), ("GITHUB_SHA", await repository.GitAsync("rev-parse", "HEAD")));

        Assert.AreEqual("main", await Open(repository, environment).BranchAsync(context.CancellationToken));
    }

    [TestMethod]
    public async Task Read_Case36ShallowClone_HasItsCommitAndSaysThatItIsShallow()
    {
        var origin = await TestRepository.CreateAsync(context);
        await origin.CommitAsync("second");
        var clone = TestRepository.At(Path.Combine(context.Folder(), "clone"), context);
        await clone.GitAsync("clone", "--quiet", "--depth", "1", "file://" + origin.Path, ".");

        Assert.AreEqual(await origin.ShortCommitAsync(), await Open(clone).ShortCommitAsync(context.CancellationToken));
        Assert.IsTrue(await Open(clone).IsShallowAsync(context.CancellationToken));
        Assert.IsFalse(await Open(origin).IsShallowAsync(context.CancellationToken));
    }

    [TestMethod]
    public async Task Read_Case36Worktree_HasItsOwnCommitAndBranch()
    {
        var repository = await TestRepository.CreateAsync(context);
        var worktree = TestRepository.At(Path.Combine(context.Folder(), "worktree"), context);
        await repository.GitAsync("worktree", "add", "--quiet", "-b", "side", worktree.Path);
        await worktree.CommitAsync("second");

        Assert.AreEqual("side", await Open(worktree).BranchAsync(context.CancellationToken));
        Assert.AreEqual(await worktree.ShortCommitAsync(), await Open(worktree).ShortCommitAsync(context.CancellationToken));
        Assert.AreNotEqual(await repository.ShortCommitAsync(), await Open(worktree).ShortCommitAsync(context.CancellationToken));
    }

    [TestMethod]
    public async Task Read_Case36FolderOfASubmodule_HasTheCommitOfTheSubmodule()
    {
        var inner = await TestRepository.CreateAsync(context, "inner");
        var outer = await TestRepository.CreateAsync(context, "outer");
        await outer.GitAsync("submodule", "add", "--quiet", inner.Path, "sub");
        await outer.CommitAsync("second");

        var found = GitRepository.Open(Path.Combine(outer.Path, "sub", "hello"), TestEnvironment.With());

        Assert.AreEqual(Path.Combine(outer.Path, "sub"), found.Root);
        Assert.AreEqual(await inner.ShortCommitAsync(), await found.ShortCommitAsync(context.CancellationToken));
        Assert.AreEqual(await outer.ShortCommitAsync(), await Open(outer).ShortCommitAsync(context.CancellationToken));
    }

    [TestMethod]
    public async Task HasChanges_TrackedFileChanged_OnlyThen()
    {
        var repository = await TestRepository.CreateAsync(context);
        await File.WriteAllTextAsync(Path.Combine(repository.Function, "new"), "x", context.CancellationToken);
        Assert.IsFalse(await Open(repository).HasChangesAsync(context.CancellationToken), "a file that git does not track");

        await repository.ChangeAsync();

        Assert.IsTrue(await Open(repository).HasChangesAsync(context.CancellationToken));
    }

    [TestMethod]
    public async Task HasChanges_Submodule_OnlyWhereItsCommitIsAnother()
    {
        var inner = await TestRepository.CreateAsync(context, "inner");
        var outer = await TestRepository.CreateAsync(context, "outer");
        await outer.GitAsync("submodule", "add", "--quiet", inner.Path, "sub");
        await outer.CommitAsync("second");
        var sub = TestRepository.At(Path.Combine(outer.Path, "sub"), context);
        await sub.ChangeAsync();
        Assert.IsTrue(await Open(sub).HasChangesAsync(context.CancellationToken));
        Assert.IsFalse(await Open(outer).HasChangesAsync(context.CancellationToken));

        await sub.CommitAsync("third");

        Assert.IsTrue(await Open(outer).HasChangesAsync(context.CancellationToken));
    }

    [TestMethod]
    public async Task HasChanges_RepositoryNamesAProgram_IsNotStarted()
    {
        var repository = await TestRepository.CreateAsync(context);
        var marker = Path.Combine(context.Folder(), "started");
        var program = Path.Combine(context.Folder(), "program");
        await Tool.WriteScriptAsync(program, $"#!/bin/sh\ntouch '{marker}'\n", context.CancellationToken);
        await repository.GitAsync("config", "core.fsmonitor", program);
        await repository.ChangeAsync();
        await repository.GitAsync("status");
        Assert.IsTrue(File.Exists(marker), "git itself starts it");
        File.Delete(marker);

        Assert.IsTrue(await Open(repository).HasChangesAsync(context.CancellationToken));
        Assert.IsFalse(File.Exists(marker));
    }

    private static GitRepository Open(TestRepository repository, Func<string, string?>? environment = null) =>
        GitRepository.Open(repository.Function, environment ?? TestEnvironment.With());

    private async Task<TestRepository> DetachedAsync()
    {
        var repository = await TestRepository.CreateAsync(context);
        await repository.GitAsync("checkout", "--quiet", "--detach");
        return repository;
    }
}
