using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Publishing;
using OpenFaaS.Build.Tests.VersionControl;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Publishing;

[TestClass]
[RequiresTool("tools", "git")]
public sealed class TagFormatPublishTests(TestContext context)
{
    private const string Unchanged = "Nothing has changed";

    [TestMethod]
    [DataRow("sha", "^1-[0-9a-f]{7,};2$")]
    [DataRow("branch", "^1-main-[0-9a-f]{7,};2$")]
    [DataRow("describe", "^1-[0-9a-f]{7,};2$")]
    public async Task Publish_NextCommitOfTheSameFiles_HasItsOwnTag(string format, string pattern)
    {
        var repository = await CreateAsync();
        var (first, _) = await PublishAsync(repository, format);
        var (again, messages) = await PublishAsync(repository, format);
        Assert.AreEqual(first, again);
        Assert.Contains(message => message.StartsWith(Unchanged, StringComparison.Ordinal), messages);

        await repository.CommitAsync("second");
        var (second, _) = await PublishAsync(repository, format);

        Assert.MatchesRegex(pattern, first);
        Assert.MatchesRegex(pattern, second);
        Assert.AreNotEqual(first, second);
    }

    [TestMethod]
    public async Task Publish_Digest_FollowsTheFilesNotTheCommits()
    {
        var repository = await CreateAsync();
        var (first, _) = await PublishAsync(repository, "digest");
        await repository.CommitAsync("second");
        var (second, messages) = await PublishAsync(repository, "digest");
        await repository.ChangeAsync();
        var (third, _) = await PublishAsync(repository, "digest");

        Assert.MatchesRegex("^[0-9a-f]{64};2$", first);
        Assert.AreEqual(first, second);
        Assert.Contains(message => message.StartsWith(Unchanged, StringComparison.Ordinal), messages);
        Assert.AreNotEqual(first, third);
    }

    [TestMethod]
    public async Task Publish_NoCommit_IsAnErrorAndNothingIsWritten()
    {
        var repository = await TestRepository.CreateEmptyAsync(context);
        await WriteDockerfileAsync(repository);

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => PublishAsync(repository, "sha"));

        Assert.AreEqual(VersionControlDiagnostics.NoCommit, error.Diagnostics[0].Descriptor);
        Assert.IsFalse(File.Exists(Archive));
    }

    private string Archive => Path.Combine(context.Folder(), "out.tar");

    private async Task<TestRepository> CreateAsync()
    {
        var repository = await TestRepository.CreateEmptyAsync(context);
        await WriteDockerfileAsync(repository);
        await repository.CommitAsync("first");
        return repository;
    }

    private Task WriteDockerfileAsync(TestRepository repository) =>
        File.WriteAllTextAsync(Path.Combine(repository.Function, "Dockerfile"), "FROM scratch\nCOPY . /\n", context.CancellationToken);

    private async Task<(string Tags, IReadOnlyCollection<string> Messages)> PublishAsync(TestRepository repository, string format)
    {
        var log = new RecordingLog();
        var request = new BuildRequest
        {
            Version = BuildRequest.CurrentVersion,
            Project = Path.Combine(repository.Function, "hello.csproj"),
            ProjectName = "hello",
            ProjectDirectory = repository.Function + "/",
            Shape = "any",
            OutputDirectory = Path.Combine(context.Folder(), "obj") + "/",
            Properties = new Dictionary<string, string>
            {
                ["FunctionTemplate"] = "dockerfile",
                ["ContainerTagFormat"] = format,
                ["ContainerImageTags"] = "1;2",
                ["ContainerArchiveOutputPath"] = Archive,
            },
        };
        var response = await FunctionPublisher.PublishAsync(request, log, context.CancellationToken);
        return (Assert.ContainsSingle(response.Containers).Get("Tags")!, log.Messages);
    }
}
