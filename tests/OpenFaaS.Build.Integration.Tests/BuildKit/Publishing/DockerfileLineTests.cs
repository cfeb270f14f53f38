using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>Instructions that the SDK adds to a Dockerfile move no line that a daemon's message names.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker26")]
public sealed class DockerfileLineTests(TestContext context)
{
    [TestMethod]
    public async Task Publish_WarningAfterAddedInstructions_IsAtTheLineOfTheUsersFile()
    {
        var function = new BuildKitFunction(
                context, TestServices.Endpoint("docker26"), "FROM scratch AS one\nCOPY busybox /\nFROM scratch AS two\nCOPY busybox \\\n\n  /\n")
            .ToRegistry().Set("ContainerTarget", "one");
        await function.PublishAsync();
        var expected = function.Log.Diagnostics.Select(diagnostic => diagnostic.Location).ToList();

        await function.Set("ContainerUser", "12").Set("ContainerWorkingDirectory", "/w").PublishAsync();

        Assert.AreEqual(6, expected.Single()!.Line);
        Assert.AreEqual(expected.Single(), function.Log.Diagnostics.Single().Location);
    }

    [TestMethod]
    public async Task Publish_AddedInstructionIsRefused_BlamesTheProject()
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), "FROM scratch\nCOPY busybox /\n").ToRegistry().Set("ContainerWorkingDirectory", "/busybox");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.AreEqual(function.Request().Project, failure.Diagnostics[0].Location!.File);
    }
}
