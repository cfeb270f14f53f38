using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Publishing;

/// <summary>A disk that is full, has no inodes left or is read-only, at the places that a publish writes to.</summary>
[TestClass]
[TestCategory("fault-73")]
public sealed class DiskFaultTests(TestContext context)
{
    [TestMethod]
    [DataRow("obj", "size=1m", 3 << 20, "bytes free", DisplayName = "no space for layers")]
    [DataRow("obj", "nr_inodes=2", 10, "No space left", DisplayName = "no inodes for the temporary folder")]
    [DataRow("obj", "ro", 10, "Read-only", DisplayName = "read-only output folder")]
    [DataRow("out", "size=1m", 3 << 20, "bytes free", DisplayName = "no space for the archive")]
    [DataRow("out", "nr_inodes=1", 10, "No space left", DisplayName = "no inode for the archive")]
    [DataRow("out", "ro", 10, "Read-only", DisplayName = "read-only archive folder")]
    public async Task Publish_DiskRefuses_IsOneCodedErrorAndLeavesNothing(string place, string options, int bytes, string expected)
    {
        var project = Directory.CreateDirectory(Path.Combine(context.Folder(), "hello")).FullName;
        var mount = Directory.CreateDirectory(Path.Combine(project, place)).FullName;
        await File.WriteAllTextAsync(Path.Combine(project, "Dockerfile"), "FROM scratch\nCOPY noise /\n", context.CancellationToken);
        var noise = new byte[bytes];
        new Random(1).NextBytes(noise);
        await File.WriteAllBytesAsync(Path.Combine(project, "noise"), noise, context.CancellationToken);
        await Tool.RunAsync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", mount], context.CancellationToken);
        try
        {
            var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => PublishAsync(project));

            Assert.AreEqual("OFB4003", failure.Diagnostics.Single().Descriptor.Code);
            Assert.Contains(expected, failure.Diagnostics[0].Message);
            Assert.Contains(mount, failure.Diagnostics[0].Message);
            Assert.IsEmpty(Directory.GetFileSystemEntries(mount));
        }
        finally
        {
            await Tool.RunAsync("umount", [mount], CancellationToken.None);
        }
    }

    private async Task PublishAsync(string project)
    {
        var request = new BuildRequest
        {
            Version = BuildRequest.CurrentVersion,
            Project = Path.Combine(project, "hello.csproj"),
            ProjectName = "hello",
            ProjectDirectory = project,
            Shape = "any",
            OutputDirectory = Path.Combine(project, "obj"),
            Properties = new Dictionary<string, string> { ["FunctionTemplate"] = "dockerfile", ["ContainerArchiveOutputPath"] = "out/hello.tar" },
        };
        await SingleFunction.PublishAsync(request, static _ => null, new RecordingLog(), context.CancellationToken);
    }
}
