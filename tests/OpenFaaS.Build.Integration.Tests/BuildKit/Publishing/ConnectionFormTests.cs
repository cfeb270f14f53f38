using OpenFaaS.Build.Integration.Tests.BuildKit.Connections;
using OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Processes;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>A whole publish over every form of address: context and image, progress, session and push.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker"), RequiresService("docker26"), RequiresService("tools")]
public sealed class ConnectionFormTests(TestContext context)
{
    public static IEnumerable<object[]> Rows => ConnectionForms.All.Select(form => new object[] { form.Name });

    [TestMethod, DynamicData(nameof(Rows))]
    public async Task Publish_OverAForm_IsTheImage(string form)
    {
        var folder = context.Folder();
        await using var running = await ConnectionForms.All.Single(known => known.Name == form).StartAsync(TestServices.Endpoint("docker26"), folder, context.CancellationToken);
        var settings = running.Settings;
        var function = new BuildKitFunction(context, string.Join(';', settings.Endpoints), BuildKitFunction.WithShell + "RUN echo built > /result\n").ToRegistry()
            .Set("ContainerBuilderCaFile", settings.CaFile ?? "").Set("ContainerBuilderCertFile", settings.CertFile ?? "").Set("ContainerBuilderKeyFile", settings.KeyFile ?? "");
        var log = new RecordingLog();

        var image = await SingleFunction.PublishAsync(function.Request(), settings.Environment, log, context.CancellationToken);

        Assert.AreEqual(image.Digest, await function.AtRegistryAsync("{{.Digest}}"));
        Assert.AreEqual("built\n", await function.FileAtRegistryAsync("result"));
        Assert.IsEmpty(log.Diagnostics);
        if (form == "daemonless")
        {
            Assert.IsTrue(File.Exists(Path.Combine(folder, "cache/openfaas-build-sdk/buildkitd/0/stand-in.pid")), "no daemon was started");
            Assert.IsEmpty(ProcessTable.Naming(folder));
        }
    }
}
