namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>What a good publish of <see cref="FunctionProject.AnyLanguage"/> into an archive wrote, laid into other projects as if it had been there.</summary>
internal sealed class EarlierOutputs
{
    private static readonly SemaphoreSlim Gate = new(1);
    private static EarlierOutputs? published;

    private readonly Dictionary<string, byte[]> files;

    private EarlierOutputs(Dictionary<string, byte[]> files) => this.files = files;

    /// <summary>Publishes once a run, and writes the outputs into <paramref name="project"/>.</summary>
    public static async Task<EarlierOutputs> WriteAsync(TestContext context, FunctionProject project)
    {
        var outputs = await GetAsync(context);
        foreach (var (path, content) in outputs.files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(project.At(path))!);
            await File.WriteAllBytesAsync(project.At(path), content, context.CancellationToken);
        }

        return outputs;
    }

    /// <summary>Fails the test unless every one of the files is there as it was, and nothing half-made beside it.</summary>
    public void ShouldBeWhole(FunctionProject project)
    {
        foreach (var (path, content) in files)
        {
            Assert.AreSequenceEqual(content, File.ReadAllBytes(project.At(path)), path);
        }

        Assert.IsEmpty(project.Files().Where(path => path.EndsWith(".tmp", StringComparison.Ordinal) || path.EndsWith(".result.json", StringComparison.Ordinal)));
        Assert.IsEmpty(Directory.GetDirectories(project.Folder, ".tmp-*", SearchOption.AllDirectories));
    }

    private static async Task<EarlierOutputs> GetAsync(TestContext context)
    {
        await Gate.WaitAsync(context.CancellationToken);
        try
        {
            return published ??= await PublishAsync(context);
        }
        finally
        {
            Gate.Release();
        }
    }

    private static async Task<EarlierOutputs> PublishAsync(TestContext context)
    {
        var project = FunctionProject.AnyLanguage(context, properties: "<ContainerArchiveOutputPath>bin/image.tar</ContainerArchiveOutputPath>");
        await project.PublishForDigestAsync();
        const string folder = "obj/Release/openfaas/my-cool-function.";
        string[] paths = ["bin/image.tar", folder + "digest", folder + "image.json", folder + "state.json"];
        return new EarlierOutputs(paths.ToDictionary(path => path, path => File.ReadAllBytes(project.At(path)), StringComparer.Ordinal));
    }
}
