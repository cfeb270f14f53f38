using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Publishing;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Publishing;

[TestClass]
public sealed class ShrinkwrapPublishTests(TestContext context)
{
    [TestMethod]
    public async Task Publish_OfTheContextOnly_LeavesNothingThatTellsOfAnImage()
    {
        Directory.CreateDirectory(At("obj"));
        await File.WriteAllTextAsync(At("Dockerfile"), "FROM scratch\nCOPY . /\n", context.CancellationToken);
        await PublishAsync(("ContainerArchiveOutputPath", "image.tar"));
        Assert.IsTrue(File.Exists(At("obj/hello.digest")) && File.Exists(At("obj/hello.image.json")));

        var messages = await PublishAsync(("ContainerBuilder", "none"), ("ContainerDigestFile", "digest.txt"));

        Assert.IsTrue(File.Exists(At("obj/context/hello/Dockerfile")));
        Assert.IsFalse(File.Exists(At("obj/hello.digest")) || File.Exists(At("obj/hello.image.json")) || File.Exists(At("digest.txt")));
        Assert.Contains("No image is made, so ContainerMetadataFile and ContainerDigestFile are not written.", messages);
    }

    private async Task<IReadOnlyCollection<string>> PublishAsync(params (string Name, string Value)[] properties)
    {
        var log = new RecordingLog();
        var request = new BuildRequest
        {
            Version = BuildRequest.CurrentVersion,
            Project = At("hello.csproj"),
            ProjectName = "hello",
            ProjectDirectory = context.Folder() + "/",
            Shape = "any",
            OutputDirectory = At("obj") + "/",
            Properties = new Dictionary<string, string>(properties.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))) { ["FunctionTemplate"] = "dockerfile" },
        };
        await FunctionPublisher.PublishAsync(request, log, context.CancellationToken);
        return log.Messages;
    }

    private string At(string path) => Path.Combine(context.Folder(), path);
}
