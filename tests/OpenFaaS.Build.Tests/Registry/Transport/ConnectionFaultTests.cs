using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Registry.Transport;

/// <summary>Faults 61 to 63: no connection, no answer, no TLS.</summary>
[TestClass]
public sealed class ConnectionFaultTests(TestContext context)
{
    [TestMethod]
    public async Task Fault62_UnknownName_SaysSo()
    {
        using var test = new RegistryTestContext();

        var error = await HeadFailsAsync(test, "no-such-host.invalid");

        Assert.AreEqual(RegistryDiagnostics.Unreachable, error.Diagnostics[0].Descriptor);
        Assert.Contains("no-such-host.invalid:443", error.Message);
    }

    [TestMethod]
    public async Task Fault60_NobodyListens_IsTriedFiveTimesAndSaysHostAndPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var name = listener.LocalEndpoint.ToString()!;
        listener.Stop();
        using var test = new RegistryTestContext();

        var error = await HeadFailsAsync(test, name);

        Assert.AreEqual(RegistryDiagnostics.Unreachable, error.Diagnostics[0].Descriptor);
        Assert.Contains($"{name} cannot be reached: the connection is refused", error.Message);
        Assert.HasCount(4, test.Time.Waits);
    }

    [TestMethod]
    public async Task Fault61_NoAnswer_IsGivenUpAndTriedAgain()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext(options => options with
        {
            Limits = options.Limits with { Connect = TimeSpan.FromMilliseconds(100), Response = TimeSpan.FromMilliseconds(100), Attempts = 2 },
        });
        registry.Fault = request => request.Kind == "HEAD manifest" ? new StandInReply(200) { Silent = true } : null;

        var error = await HeadFailsAsync(test, registry.Name);

        Assert.AreEqual(RegistryDiagnostics.Unreachable, error.Diagnostics[0].Descriptor);
        Assert.Contains("no answer within the time limit", error.Message);
        Assert.AreEqual(2, registry.Count("HEAD manifest"));
    }

    [TestMethod]
    public async Task Fault63_PlainHttpBeyondLoopback_IsRefusedUnlessListed()
    {
        var address = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(candidate => candidate.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(candidate));
        if (address is null)
        {
            Assert.Inconclusive("This machine has loopback addresses only.");
        }

        await using var registry = new RegistryStandIn(address.ToString());
        using var strict = new RegistryTestContext();
        using var listed = new RegistryTestContext(options => options with { InsecureRegistries = ["http://" + registry.Name + "/"] });

        using var environment = new RegistryTestContext(null, ("DOTNET_CONTAINER_INSECURE_REGISTRIES", "other.example," + registry.Name));

        var error = await HeadFailsAsync(strict, registry.Name);

        Assert.AreEqual(RegistryDiagnostics.NotTls, error.Diagnostics[0].Descriptor);
        Assert.IsEmpty(registry.Requests);
        Assert.IsNull(await HeadAsync(listed, registry.Name));
        Assert.IsNull(await HeadAsync(environment, registry.Name));
        Assert.AreEqual(2, registry.Count("HEAD manifest"));
    }

    [TestMethod]
    public async Task Fault63_CertificateForAnotherName_IsRefusedAlthoughItsAuthorityIsTrusted()
    {
        var authority = new PrivateAuthority(context.Folder());
        await using var registry = new RegistryStandIn("127.0.0.2", authority.Load());
        using var test = new RegistryTestContext(null, ("OPENFAAS_REGISTRY_CERTS", authority.AuthorityFile));

        var error = await HeadFailsAsync(test, registry.Name);

        Assert.AreEqual(RegistryDiagnostics.UntrustedCertificate, error.Diagnostics[0].Descriptor);
        Assert.Contains("it is for another name", error.Message);
        Assert.IsEmpty(registry.Requests);
    }

    [TestMethod]
    public async Task Certificates_FileHoldsSomethingElse_IsACodedError()
    {
        var file = Path.Combine(context.Folder(), "ca.crt");
        await File.WriteAllTextAsync(file, "no certificate", context.CancellationToken);
        using var test = new RegistryTestContext(null, ("OPENFAAS_REGISTRY_CERTS", file));

        var error = await HeadFailsAsync(test, "127.0.0.1:1");

        Assert.AreEqual(RegistryDiagnostics.UnreadableCertificates, error.Diagnostics[0].Descriptor);
        Assert.Contains(file, error.Message);
    }

    [TestMethod]
    [DataRow("registry.example", "UPPER")]
    [DataRow("registry.example", "a/../b")]
    [DataRow("registry.example", "a:tag")]
    [DataRow("registry.example/evil", "a")]
    [DataRow("user@registry.example", "a")]
    [DataRow("notahost", "a")]
    public void Repository_MalformedName_IsRefused(string registry, string repository)
    {
        using var test = new RegistryTestContext();

        Assert.ThrowsExactly<ArgumentException>(() => test.Connections.Repository(registry, repository));
    }

    private Task<ManifestHead?> HeadAsync(RegistryTestContext test, string registry) =>
        test.Connections.Repository(registry, "hello").HeadManifestAsync("latest", context.CancellationToken);

    private async Task<DiagnosticException> HeadFailsAsync(RegistryTestContext test, string registry) =>
        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => HeadAsync(test, registry));
}
