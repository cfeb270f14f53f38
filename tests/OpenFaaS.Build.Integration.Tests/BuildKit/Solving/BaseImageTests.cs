namespace OpenFaaS.Build.Integration.Tests.BuildKit.Solving;

/// <summary>The digests of bases as real engines tell them.</summary>
[TestClass, RequiresService("docker"), RequiresService("docker26"), RequiresService("registry")]
public sealed class BaseImageTests(TestContext context)
{
    [TestMethod, DataRow("docker"), DataRow("docker26")]
    public async Task RunAsync_Bases_HaveTheDigestOfTheRegistry(string service)
    {
        var (name, digest) = await PushAsync();
        await using var solve = await RealSolve.OpenAsync(service, context.CancellationToken);

        var result = await solve.RunAsync($"FROM {name} AS first\nFROM scratch\nCOPY --from=first /Dockerfile /\nCOPY --from={name} /Dockerfile /again\n", context.CancellationToken);

        CollectionAssert.AreEqual(new[] { name }, result.Bases.Keys.ToArray());
        Assert.AreEqual(digest, result.Bases[name]);
    }

    [TestMethod]
    public async Task RunAsync_BaseThatANamedContextPins_IsTold()
    {
        var (name, digest) = await PushAsync();
        await using var solve = await RealSolve.OpenAsync("docker26", context.CancellationToken);

        var result = await solve.RunAsync($"FROM {name}\nCOPY a.txt /\n", context.CancellationToken, attribute: ("context:" + name, $"docker-image://{name}@{digest}"));

        Assert.AreEqual(digest, result.Bases[name]);
    }

    /// <summary>Pushes an image that nobody else has.</summary>
    private async Task<(string Name, string Digest)> PushAsync()
    {
        var name = $"{TestServices.Endpoint("registry")}/solving/base:{Guid.NewGuid():n}";
        var cli = TestServices.Fact("docker", "CLI");
        var folder = context.Folder();
        await File.WriteAllTextAsync(Path.Combine(folder, "Dockerfile"), $"# {name}\nFROM scratch\nCOPY Dockerfile /\n", context.CancellationToken);
        await Tool.RunAsync(cli, ["build", "--network", "none", "--tag", name, folder], context.CancellationToken);
        await Tool.RunAsync(cli, ["push", name], context.CancellationToken);
        var pushed = (await Tool.RunAsync(cli, ["image", "inspect", "--format", "{{index .RepoDigests 0}}", name], context.CancellationToken)).Trim();
        await Tool.RunAsync(cli, ["rmi", "--no-prune", "--force", name], context.CancellationToken);
        return (name, pushed[(pushed.IndexOf('@', StringComparison.Ordinal) + 1)..]);
    }
}
