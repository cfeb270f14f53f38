using System.Text;
using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.Tests.Engines;

[TestClass]
public sealed class PushProgressTests(TestContext context)
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Aux = """{"progressDetail":{},"aux":{"Tag":"1","Digest":"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","Size":528}}""";
    private const string Status = """{"status":"1: digest: sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef size: 528"}""";

    [TestMethod]
    [DataRow("{\"status\":\"Preparing\"}\r\n" + Aux + "\r\n")]
    [DataRow(Status + "\n" + Aux)]
    [DataRow("{\"status\":\"Pushed\",\"progressDetail\":{}}\n\n" + Status)]
    public async Task Read_BothStores_GivesTheDigest(string body) => Assert.AreEqual(Digest, (await ReadAsync(body)).ToString());

    [TestMethod]
    [DataRow("")]
    [DataRow("{\"status\":\"Pushed\"}\n")]
    [DataRow("{\"status\":\"2: digest: " + Digest + " size: 528\"}\n")]
    [DataRow("{\"aux\":{\"Digest\":\"sha256:short\"}}\n")]
    [DataRow("[1]\nnull\n7\n")]
    public async Task Read_Case83NoExplicitDigest_IsNoSuccess(string body)
    {
        var failure = await Assert.ThrowsExactlyAsync<EngineFailedException>(() => ReadAsync(body));

        Assert.Contains("without the digest", failure.Message);
    }

    [TestMethod]
    [DataRow(Aux + "\n{\"errorDetail\":{\"message\":\"denied: ##vso[x]\\u001b[31m.\"},\"error\":\"denied\"}\n", "denied")]
    [DataRow("{\"error\":\"no basic auth credentials\"}\n", "no basic auth credentials")]
    public async Task Read_Case83ErrorAfterStatus200_IsTheError(string body, string expected)
    {
        var failure = await Assert.ThrowsExactlyAsync<EngineFailedException>(() => ReadAsync(body));

        Assert.Contains(expected, failure.Message);
        Assert.DoesNotContain('\u001b', failure.Message);
    }

    [TestMethod]
    public async Task Read_Case83CutAtEveryByte_IsNoSuccess()
    {
        var body = "{\"status\":\"Preparing\"}\n" + Aux;
        for (var length = 0; length < body.Length; length++)
        {
            await Assert.ThrowsExactlyAsync<EngineFailedException>(() => ReadAsync(body[..length]), $"cut after {length} bytes");
        }
    }

    [TestMethod]
    public async Task Read_Case83LineWithoutEnd_IsBounded()
    {
        var failure = await Assert.ThrowsExactlyAsync<EngineFailedException>(() => ReadAsync(new string('x', 100_000)));

        Assert.Contains("longer than", failure.Message);
    }

    private Task<OpenFaaS.Build.Oci.Digest> ReadAsync(string body) =>
        PushProgress.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(body)), "1", context.CancellationToken);
}
