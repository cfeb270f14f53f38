using System.Net;
using System.Net.Sockets;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Tests.Registry.Transport;

/// <summary>Fault 42: where a registry may send the SDK, in all spellings of addresses.</summary>
[TestClass]
public sealed class AddressPolicyTests(TestContext context)
{
    private readonly AddressPolicy policy = new((host, _) => host switch
    {
        "registry.example" or "storage.example" => Task.FromResult(new[] { IPAddress.Parse("203.0.113.5") }),
        "inside.example" => Task.FromResult(new[] { IPAddress.Parse("10.1.2.3") }),
        "mixed.example" => Task.FromResult(new[] { IPAddress.Parse("203.0.113.5"), IPAddress.Parse("169.254.169.254") }),
        _ => throw new SocketException((int)SocketError.HostNotFound),
    });

    [TestMethod]
    [DataRow("https://127.0.0.1/")]
    [DataRow("https://2130706433/")]
    [DataRow("https://0x7f000001/")]
    [DataRow("https://0177.0.0.1/")]
    [DataRow("https://127.1/")]
    [DataRow("https://127.0.0.1./")]
    [DataRow("https://127。0。0。1/")]
    [DataRow("https://１２７.0.0.1/")]
    [DataRow("https://[::1]/")]
    [DataRow("https://[::ffff:127.0.0.1]/")]
    [DataRow("https://[::ffff:7f00:1]/")]
    [DataRow("https://[64:ff9b::7f00:1]/")]
    [DataRow("https://[2002:7f00:1::]/")]
    [DataRow("https://[::127.0.0.1]/")]
    [DataRow("https://[::]/")]
    [DataRow("https://0.0.0.0/")]
    [DataRow("https://localhost/")]
    [DataRow("https://LOCALHOST./")]
    [DataRow("https://a.localhost/")]
    [DataRow("https://10.0.0.1/")]
    [DataRow("https://172.31.255.255/")]
    [DataRow("https://192.168.1.1/")]
    [DataRow("https://100.64.0.1/")]
    [DataRow("https://[fd00::1]/")]
    [DataRow("https://169.254.169.254/")]
    [DataRow("https://[fe80::1]/")]
    [DataRow("https://224.0.0.1/")]
    [DataRow("https://255.255.255.255/")]
    [DataRow("https://inside.example/")]
    [DataRow("https://mixed.example/")]
    [DataRow("http://storage.example/")]
    [DataRow("https://user@storage.example/")]
    [DataRow("ftp://storage.example/")]
    public async Task Fault42_FromPublicRegistry_IsRefused(string target) =>
        Assert.IsNotNull(await policy.RefusalAsync(new Uri("https://registry.example/"), new Uri(target), context.CancellationToken));

    [TestMethod]
    [DataRow("https://registry.example/", "https://storage.example/x?y")]
    [DataRow("https://registry.example/", "https://registry.example:8443/")]
    [DataRow("https://registry.example/", "https://behind-a-proxy.example/")]
    [DataRow("https://registry.example/", "https://8.8.8.8/")]
    [DataRow("https://inside.example/", "https://10.9.9.9/")]
    [DataRow("https://inside.example/", "https://storage.example/")]
    [DataRow("https://127.0.0.1:5000/", "https://localhost:9000/")]
    [DataRow("https://127.0.0.1:5000/", "https://10.0.0.1/")]
    [DataRow("http://127.0.0.1:5000/", "http://127.0.0.2/")]
    public async Task RefusalAsync_ToWhereTheRegistryMaySend_IsNull(string from, string to) =>
        Assert.IsNull(await policy.RefusalAsync(new Uri(from), new Uri(to), context.CancellationToken));

    [TestMethod]
    [DataRow("https://inside.example/", "https://127.0.0.1/")]
    [DataRow("https://inside.example/", "https://169.254.169.254/")]
    [DataRow("https://127.0.0.1/", "https://169.254.169.254/")]
    public async Task RefusalAsync_FromPrivateRegistryToWhatIsNotItsBusiness_IsAReason(string from, string to) =>
        Assert.IsNotNull(await policy.RefusalAsync(new Uri(from), new Uri(to), context.CancellationToken));
}
