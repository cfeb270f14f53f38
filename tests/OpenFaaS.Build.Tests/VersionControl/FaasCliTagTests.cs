using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Publishing;
using OpenFaaS.Build.Tests.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.VersionControl;

/// <summary>The tags that faas-cli's <c>--tag</c> gives, row by row, and where ours differ.</summary>
[TestClass]
[RequiresTool("tools", "git")]
public sealed class FaasCliTagTests(TestContext context)
{
    private readonly RecordingLog log = new();

    [TestMethod]
    [DataRow("", "docker.io/ex/f:1")]
    [DataRow("latest", "docker.io/ex/f:1")]
    [DataRow("default", "docker.io/ex/f:1")]
    [DataRow("LATEST", "docker.io/ex/f:1")]
    [DataRow("sha", "docker.io/ex/f:1-{sha}")]
    [DataRow("Sha", "docker.io/ex/f:1-{sha}")]
    [DataRow("branch", "docker.io/ex/f:1-main-{sha}")]
    [DataRow("BRANCH", "docker.io/ex/f:1-main-{sha}")]
    [DataRow("describe", "docker.io/ex/f:1-v2.0-1-g{sha}")]
    [DataRow("digest", "docker.io/ex/f:0123456789abcdef")]
    public async Task Resolve_EveryForm_AsFaasCli(string format, string expected)
    {
        var repository = await TestRepository.CreateAsync(context);
        await repository.GitAsync("tag", "v2.0");
        await repository.CommitAsync("second");

        var names = await ResolveAsync(repository.Function, format);

        Assert.AreEqual(expected.Replace("{sha}", await repository.ShortCommitAsync(), StringComparison.Ordinal), Assert.ContainsSingle(names).ToString());
        Assert.IsEmpty(log.Diagnostics);
    }

    [TestMethod]
    public async Task Resolve_DescribeWithoutTags_IsTheCommit()
    {
        var repository = await TestRepository.CreateAsync(context);

        Assert.AreEqual("1-" + await repository.ShortCommitAsync(), (await ResolveAsync(repository.Function, "describe"))[0].Tag);
    }

    [TestMethod]
    public async Task Resolve_NoTag_IsLatest()
    {
        var repository = await TestRepository.CreateAsync(context);

        var names = await ResolveAsync(repository.Function, "sha", ("ContainerImageTag", ""), ("ContainerRegistry", "reg.example.com:5000/ex"));

        Assert.AreEqual($"reg.example.com:5000/ex/f:latest-{await repository.ShortCommitAsync()}", names[0].ToString());
    }

    [TestMethod]
    public async Task Resolve_FurtherTags_StayAsExtraTags()
    {
        var repository = await TestRepository.CreateAsync(context);

        var names = await ResolveAsync(repository.Function, "sha", ("ContainerImageTag", ""), ("ContainerImageTags", "1;stable;1.2"));

        CollectionAssert.AreEqual(new[] { "1-" + await repository.ShortCommitAsync(), "stable", "1.2" }, names.Select(name => name.Tag).ToArray());
    }

    [TestMethod]
    public async Task Resolve_Unknown_IsAnError()
    {
        var repository = await TestRepository.CreateAsync(context);

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => ResolveAsync(repository.Function, "commit"));

        Assert.AreEqual(InputDiagnostics.InvalidProperty, error.Diagnostics[0].Descriptor);
        Assert.Contains("ContainerTagFormat", error.Message);
    }

    [TestMethod]
    public async Task Resolve_DifferenceSlashInBranch_IsADash()
    {
        var repository = await TestRepository.CreateAsync(context);
        await repository.GitAsync("checkout", "--quiet", "-b", "feature/ü+1");

        var name = (await ResolveAsync(repository.Function, "branch"))[0];

        Assert.AreEqual($"1-feature---1-{await repository.ShortCommitAsync()}", name.Tag);
        Assert.IsTrue(ImageReference.IsTag(name.Tag));
    }

    [TestMethod]
    public async Task Resolve_DifferenceUncommittedChanges_AreReportedOnceForTheRepository()
    {
        var repository = await TestRepository.CreateAsync(context);
        var second = Directory.CreateDirectory(Path.Combine(repository.Path, "second")).FullName;
        await repository.ChangeAsync();
        var tags = new ImageTags(TestEnvironment.With(), log);

        await Task.WhenAll(ResolveAsync(repository.Function, "sha", tags), ResolveAsync(second, "sha", tags), ResolveAsync(repository.Function, "sha", tags));

        Assert.AreEqual(VersionControlDiagnostics.UncommittedChanges, Assert.ContainsSingle(log.Diagnostics).Descriptor);
    }

    [TestMethod]
    public async Task Resolve_DifferenceCase36NoRepository_IsAnErrorAtTheProjectNotGitsTextInATag()
    {
        var folder = Directory.CreateTempSubdirectory("ofbnorepository").FullName;
        try
        {
            var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => ResolveAsync(folder, "sha"));

            Assert.AreEqual(VersionControlDiagnostics.NoRepository, error.Diagnostics[0].Descriptor);
            Assert.AreEqual(RequestBuilder.Create("any").Project, error.Diagnostics[0].Location!.File);
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    [TestMethod]
    public async Task Resolve_DifferenceCase36ShallowClone_DescribeIsReportedOnce()
    {
        var origin = await TestRepository.CreateAsync(context);
        await origin.GitAsync("tag", "v1");
        await origin.CommitAsync("second");
        var clone = TestRepository.At(Path.Combine(context.Folder(), "clone"), context);
        await clone.GitAsync("clone", "--quiet", "--depth", "1", "file://" + origin.Path, ".");

        var names = await ResolveAsync(clone.Function, "describe");

        Assert.AreEqual("1-" + await origin.ShortCommitAsync(), names[0].Tag);
        Assert.AreEqual(VersionControlDiagnostics.ShallowDescription, Assert.ContainsSingle(log.Diagnostics).Descriptor);
    }

    [TestMethod]
    public async Task Resolve_DifferenceTwoRepositories_EachFunctionHasItsOwn()
    {
        var one = await TestRepository.CreateAsync(context, "one");
        var two = await TestRepository.CreateAsync(context, "two");
        var tags = new ImageTags(TestEnvironment.With(), log);

        Assert.AreEqual("1-" + await one.ShortCommitAsync(), (await ResolveAsync(one.Function, "sha", tags))[0].Tag);
        Assert.AreEqual("1-" + await two.ShortCommitAsync(), (await ResolveAsync(two.Function, "sha", tags))[0].Tag);
        Assert.AreNotEqual(await one.ShortCommitAsync(), await two.ShortCommitAsync());
    }

    [TestMethod]
    public async Task Resolve_Archive_KeepsItsPath()
    {
        var repository = await TestRepository.CreateAsync(context);
        var function = Function(repository.Function, ("ContainerRegistry", ""), ("ContainerArchiveOutputPath", "/out/x.tar"), ("ContainerTagFormat", "sha"));

        var destination = await new ImageTags(TestEnvironment.With(), log).ResolveAsync(function, NoContent, context.CancellationToken);

        Assert.AreEqual("/out/x.tar", Assert.IsInstanceOfType<ArchiveDestination>(destination).Path);
        Assert.AreEqual("1-" + await repository.ShortCommitAsync(), destination.Names[0].Tag);
    }

    private static Task<string> NoContent(CancellationToken cancellationToken) => throw new InvalidOperationException("Only for the form digest.");

    private static FunctionModel Function(string folder, params (string Name, string Value)[] properties) =>
        FunctionModelReader.Read(Request(folder, properties), _ => null);

    private static OpenFaaS.Build.Protocol.BuildRequest Request(string folder, params (string Name, string Value)[] properties)
    {
        var all = new Dictionary<string, string>
        {
            ["FunctionTemplate"] = "dockerfile",
            ["FunctionHandler"] = folder,
            ["ContainerRegistry"] = "docker.io/ex",
            ["ContainerRepository"] = "f",
            ["ContainerImageTag"] = "1",
        };
        foreach (var (name, value) in properties)
        {
            all[name] = value;
        }

        return RequestBuilder.Create("any", [.. all.Select(pair => (pair.Key, pair.Value))]);
    }

    private Task<IReadOnlyList<ImageReference>> ResolveAsync(string folder, string format, params (string Name, string Value)[] properties) =>
        ResolveAsync(folder, format, new ImageTags(TestEnvironment.With(), log), properties);

    private async Task<IReadOnlyList<ImageReference>> ResolveAsync(string folder, string format, ImageTags tags, params (string Name, string Value)[] properties)
    {
        var function = Function(folder, [("ContainerTagFormat", format), .. properties]);
        var destination = await tags.ResolveAsync(
            function,
            function.TagFormat == TagFormat.Digest ? _ => Task.FromResult("0123456789abcdef") : NoContent,
            context.CancellationToken);
        return destination.Names;
    }
}
