using System.Globalization;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;
using OpenFaaS.Build.VersionControl;

using GitRepository = OpenFaaS.Build.VersionControl.GitRepository;

namespace OpenFaaS.Build.Tests.VersionControl;

[TestClass]
[RequiresTool("tools", "git")]
public sealed class GitRepositoryErrorTests(TestContext context)
{
    [TestMethod]
    public void Open_Case36NoRepository_IsAnErrorThatNamesTheFolder()
    {
        var folder = Directory.CreateTempSubdirectory("ofbnorepository").FullName;
        try
        {
            var error = Assert.ThrowsExactly<DiagnosticException>(() => GitRepository.Open(folder, TestEnvironment.With()));

            Assert.AreEqual(VersionControlDiagnostics.NoRepository, error.Diagnostics[0].Descriptor);
            Assert.Contains(folder, error.Diagnostics[0].Message);
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    [TestMethod]
    public async Task Open_GitIsNotInstalled_IsAnError()
    {
        var repository = await TestRepository.CreateAsync(context);

        var error = Assert.ThrowsExactly<DiagnosticException>(() => GitRepository.Open(repository.Function, TestEnvironment.WithoutGit));

        Assert.AreEqual(VersionControlDiagnostics.GitNotFound, error.Diagnostics[0].Descriptor);
    }

    [TestMethod]
    public async Task Read_EmptyRepository_IsAnErrorInEveryForm()
    {
        var repository = await TestRepository.CreateEmptyAsync(context);
        var found = GitRepository.Open(repository.Function, TestEnvironment.With());

        await AssertFailsAsync(VersionControlDiagnostics.NoCommit, () => found.ShortCommitAsync(context.CancellationToken));
        await AssertFailsAsync(VersionControlDiagnostics.NoCommit, () => found.DescribeAsync(context.CancellationToken));
    }

    [TestMethod]
    public async Task Read_Case36DubiousOwnership_IsAnErrorAndNoTrustIsWritten()
    {
        var repository = await TestRepository.CreateAsync(context);
        var settings = Path.Combine(context.Folder(), "settings");
        await File.WriteAllTextAsync(settings, "[user]\n\tname = x\n", context.CancellationToken);
        var git = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "git")).First(File.Exists);

        // git's own switch for its tests makes every repository another user's.
        var environment = await TestEnvironment.WithScriptAsync(context, string.Create(
            CultureInfo.InvariantCulture,
            $"GIT_TEST_ASSUME_DIFFERENT_OWNER=1 GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL='{settings}' exec '{git}' \"$@\"\n"));
        var before = await File.ReadAllTextAsync(Path.Combine(repository.Path, ".git", "config"), context.CancellationToken);
        var found = GitRepository.Open(repository.Function, environment);

        var error = await AssertFailsAsync(VersionControlDiagnostics.DubiousOwnership, () => found.ShortCommitAsync(context.CancellationToken));

        Assert.Contains("safe.directory", error.Message);
        await AssertFailsAsync(VersionControlDiagnostics.DubiousOwnership, () => found.BranchAsync(context.CancellationToken));
        await AssertFailsAsync(VersionControlDiagnostics.DubiousOwnership, () => found.DescribeAsync(context.CancellationToken));
        Assert.AreEqual("[user]\n\tname = x\n", await File.ReadAllTextAsync(settings, context.CancellationToken));
        Assert.AreEqual(before, await File.ReadAllTextAsync(Path.Combine(repository.Path, ".git", "config"), context.CancellationToken));
    }

    [TestMethod]
    public async Task Read_DamagedRepository_IsAnErrorWithGitsReasonOnOneLine()
    {
        var repository = await TestRepository.CreateAsync(context);
        await File.WriteAllTextAsync(Path.Combine(repository.Path, ".git", "config"), "[core\n", context.CancellationToken);

        var error = await AssertFailsAsync(
            VersionControlDiagnostics.GitFailed, () => GitRepository.Open(repository.Function, TestEnvironment.With()).ShortCommitAsync(context.CancellationToken));

        Assert.Contains("config", error.Message);
        Assert.DoesNotContain("\n", error.Message);
    }

    [TestMethod]
    public async Task Read_StandInGitSaysControlCharacters_AreNotShown()
    {
        var repository = await TestRepository.CreateAsync(context);
        var environment = await TestEnvironment.WithScriptAsync(context, "printf '\\n\\033[31m%500s\\a' x >&2; exit 128\n");

        var error = await AssertFailsAsync(
            VersionControlDiagnostics.GitFailed, () => GitRepository.Open(repository.Function, environment).ShortCommitAsync(context.CancellationToken));

        Assert.IsFalse(error.Message.Any(char.IsControl));
        Assert.IsLessThan(800, error.Message.Length);
    }

    [TestMethod]
    public async Task Read_StandInGitDoesNotEnd_IsAnErrorAfterItsTime()
    {
        var repository = await TestRepository.CreateAsync(context);
        var environment = await TestEnvironment.WithScriptAsync(context, "exec /bin/sleep 600\n");

        var error = await AssertFailsAsync(
            VersionControlDiagnostics.GitFailed,
            () => GitRepository.Open(repository.Function, environment, TimeSpan.FromSeconds(0.5)).ShortCommitAsync(context.CancellationToken));

        Assert.Contains("did not end within 0.5 s", error.Message);
    }

    private static async Task<Diagnostic> AssertFailsAsync(DiagnosticDescriptor expected, Func<Task> action)
    {
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(action);
        Assert.AreEqual(expected, error.Diagnostics[0].Descriptor, error.Message);
        return error.Diagnostics[0];
    }
}
