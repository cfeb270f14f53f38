using System.Net;

namespace OpenFaaS.Build.Integration.Tests;

/// <summary>What other tests rely on: the registries answer as configured, and the access log tells what was sent.</summary>
[TestClass]
public sealed class RegistryServiceTests(TestContext context)
{
    [TestMethod, RequiresService("registry")]
    public async Task AccessLog_AfterRequest_NamesMethodAndPath()
    {
        var repository = "log/" + Guid.NewGuid().ToString("n");
        using var client = new HttpClient();

        using var response = await client.PostAsync($"http://{TestServices.Endpoint("registry")}/v2/{repository}/blobs/uploads/", null, context.CancellationToken);

        Assert.AreEqual(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Contains($"POST /v2/{repository}/blobs/uploads/", await File.ReadAllTextAsync(TestServices.Fact("registry", "LOG"), context.CancellationToken));
    }

    [TestMethod, RequiresService("registry-auth")]
    public async Task RegistryAuth_WithoutCredentials_Refuses()
    {
        using var client = new HttpClient();

        using var response = await client.GetAsync(new Uri($"http://{TestServices.Endpoint("registry-auth")}/v2/"), context.CancellationToken);

        Assert.AreEqual(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [TestMethod, RequiresService("registry-tls")]
    public async Task RegistryTls_WithoutItsAuthority_IsNotTrusted()
    {
        using var client = new HttpClient();

        var failure = await Assert.ThrowsExactlyAsync<HttpRequestException>(() =>
            client.GetAsync(new Uri($"https://{TestServices.Endpoint("registry-tls")}/v2/"), context.CancellationToken));

        Assert.AreEqual(HttpRequestError.SecureConnectionError, failure.HttpRequestError);
    }
}
