using Grpc.Core;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.BuildKit.Sessions.Auth;
using OpenFaaS.Build.Integration.Tests.BuildKit.Connections;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Sessions;

/// <summary>A base image that only an account may read: the daemon asks the session for it.</summary>
[TestClass, RequiresService("docker"), RequiresService("docker26"), RequiresService("registry-auth")]
public sealed class PrivateBaseImageTests(TestContext context)
{
    private readonly RecordingLog log = new();

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Solve_RegistryThatTheBuildNames_IsReadWithItsCredentials(string service)
    {
        using var registries = Registries();
        var image = await PushAsync(registries);

        await SolveAsync(service, image, new ReferencedRegistries([image], registries, log));

        Assert.IsEmpty(log.Diagnostics);
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Solve_RegistryThatTheBuildDoesNotName_GetsNoCredentials(string service)
    {
        using var registries = Registries();
        var image = await PushAsync(registries);

        await Assert.ThrowsExactlyAsync<RpcException>(() => SolveAsync(service, image, new ReferencedRegistries([], registries, log)));

        Assert.AreEqual("OFB5103", log.Diagnostics.Single().Descriptor.Code);
    }

    private async Task SolveAsync(string service, ImageReference image, ReferencedRegistries access)
    {
        var address = TestServices.Endpoint(service);
        await using var host = new SessionHost();
        await using var connection = await BuildKitConnection.OpenAsync(TransportForms.Create(address, ConnectionForms.Settings(address)), context.CancellationToken);
        var content = new SessionContent
        {
            SharedKey = "private",
            Log = log,
            Registries = access,
            Directories = DockerfileSolve.Directories($"FROM {image}\nCOPY a /a\n", Bytes.File("a", "text")),
        };
        await using var session = await host.OpenAsync(connection, content);
        await DockerfileSolve.RunAsync(connection, session, context.CancellationToken);
    }

    private RegistryConnections Registries()
    {
        var config = PrivateRegistry.Config();
        return new RegistryConnections(new RegistryOptions { Log = log, Environment = name => name == "DOCKER_AUTH_CONFIG" ? config : null });
    }

    private async Task<ImageReference> PushAsync(RegistryConnections registries)
    {
        // A name of its own, so that no daemon has it already.
        var reference = new ImageReference(TestServices.Endpoint("registry-auth"), $"sessions/{Guid.NewGuid():n}", "v1", null);
        var image = await TestImage.BuildAsync(context.Folder(), Guid.NewGuid().ToString(), context.CancellationToken);
        await ImagePusher.PushAsync(image, [reference], registries, new RecordingLog(), context.CancellationToken);
        return reference;
    }
}
