using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Registry.Authentication;

/// <summary>Bearer tokens: asked for once, renewed when due or refused, never trusted when malformed.</summary>
[TestClass]
public sealed class TokenTests(TestContext context)
{
    [TestMethod]
    public async Task Token_IsKeptPerScopeAndRenewedAfterFourFifthsOfItsLife()
    {
        await using var registry = WithTokens(_ => """{"access_token":"tok","expires_in":"100"}""");
        using var test = new RegistryTestContext();
        var pull = test.Connections.Repository(registry.Name, "hello");

        await HeadAsync(pull);
        await HeadAsync(pull);
        Assert.AreEqual(1, registry.Count("token"));
        test.Time.Advance(TimeSpan.FromSeconds(81));
        await HeadAsync(pull);
        Assert.AreEqual(2, registry.Count("token"));
        await HeadAsync(test.Connections.Repository(registry.Name, "hello", RegistryAccess.Push));
        await HeadAsync(test.Connections.Repository(registry.Name, "other"));

        var scopes = registry.Requests.Where(request => request.Kind == "token").Select(request => Uri.UnescapeDataString(request.Query));
        CollectionAssert.AreEqual(
            new[] { "scope=repository:hello:pull", "scope=repository:hello:pull", "scope=repository:hello:pull,push", "scope=repository:other:pull" }, scopes.ToArray());
    }

    [TestMethod]
    public async Task Token_RefusedBeforeItsTime_IsRenewedOnceForARequest()
    {
        var number = 0;
        await using var registry = WithTokens(_ => $$"""{"token":"tok{{Interlocked.Increment(ref number)}}","expires_in":3600}""", request => request.Authorization == "Bearer tok2");
        using var test = new RegistryTestContext();

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => HeadAsync(test.Connections.Repository(registry.Name, "hello")));
        Assert.AreEqual(RegistryDiagnostics.Unauthorized, error.Diagnostics[0].Descriptor, "tok1 was given and refused: one answer a request");
        await HeadAsync(test.Connections.Repository(registry.Name, "hello"));

        Assert.AreEqual(2, registry.Count("token"));
    }

    [TestMethod]
    public async Task IdentityToken_IsExchangedByPostAndNeverSentToTheRegistry()
    {
        await using var registry = WithTokens(_ => """{"access_token":"tok"}""");
        using var test = new RegistryTestContext(null, ("DOCKER_AUTH_CONFIG", $$"""{"auths":{"{{registry.Name}}":{"auth":"AAAA","identitytoken":"identity+/="} } }"""));

        await HeadAsync(test.Connections.Repository(registry.Name, "hello"));

        var post = registry.Requests.Single(request => request.Kind == "token");
        Assert.AreEqual("POST", post.Method);
        Assert.AreEqual("grant_type=refresh_token&service=&client_id=OpenFaaS.Build.Sdk&scope=repository%3Ahello%3Apull&refresh_token=identity%2B%2F%3D", Encoding.ASCII.GetString(post.Body));
        Assert.IsTrue(registry.Requests.All(request => request.Authorization is null or "Bearer tok"));
    }

    [TestMethod]
    [DataRow("{}")]
    [DataRow("[]")]
    [DataRow("<html>")]
    [DataRow("""{"token":""}""")]
    [DataRow("""{"token":7}""")]
    [DataRow("""{"token":"a\r\nX-Evil: 1"}""")]
    public async Task Token_MalformedAnswer_IsACodedErrorWithoutItsText(string answer)
    {
        await using var registry = WithTokens(_ => answer);
        using var test = new RegistryTestContext();

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => HeadAsync(test.Connections.Repository(registry.Name, "hello")));

        Assert.AreEqual(RegistryDiagnostics.MalformedResponse, error.Diagnostics[0].Descriptor);
        Assert.DoesNotContain("Evil", error.Message);
    }

    [TestMethod]
    public async Task Token_AnswerOfTenMegabytes_IsRefused()
    {
        await using var registry = WithTokens(_ => new string(' ', 10 << 20));
        using var test = new RegistryTestContext();

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => HeadAsync(test.Connections.Repository(registry.Name, "hello")));

        Assert.AreEqual(RegistryDiagnostics.TooLarge, error.Diagnostics[0].Descriptor);
    }

    [TestMethod]
    [DataRow("-1")]
    [DataRow("0")]
    [DataRow("1e99")]
    [DataRow("\"soon\"")]
    [DataRow("null")]
    public async Task Token_NonsenseLifetime_CountsAsTheDefaultOrADay(string lifetime)
    {
        await using var registry = WithTokens(_ => $$"""{"token":"tok","expires_in":{{lifetime}}}""");
        using var test = new RegistryTestContext();
        var repository = test.Connections.Repository(registry.Name, "hello");

        await HeadAsync(repository);
        test.Time.Advance(TimeSpan.FromSeconds(40));
        await HeadAsync(repository);
        Assert.AreEqual(1, registry.Count("token"));
        test.Time.Advance(TimeSpan.FromDays(1));
        await HeadAsync(repository);
        Assert.AreEqual(2, registry.Count("token"));
    }

    [TestMethod]
    [DataRow("Negotiate")]
    [DataRow("Bearer service=\"s\"")]
    [DataRow("")]
    public async Task Challenge_ThatCannotBeAnswered_IsACodedError(string challenge)
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        registry.Fault = request => request.Kind == "ping" ? null : new StandInReply(401, "", ("WWW-Authenticate", challenge));

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => HeadAsync(test.Connections.Repository(registry.Name, "hello")));

        Assert.AreEqual(RegistryDiagnostics.MalformedResponse, error.Diagnostics[0].Descriptor);
    }

    private static RegistryStandIn WithTokens(Func<StandInRequest, string> token, Func<StandInRequest, bool>? accepts = null)
    {
        var registry = new RegistryStandIn();
        registry.Fault = request => request.Kind switch
        {
            "ping" => null,
            "token" => new StandInReply(200, token(request)),
            _ => accepts?.Invoke(request) ?? request.Authorization is not null
                ? null
                : new StandInReply(401, "", ("WWW-Authenticate", $"Bearer realm=\"{registry.Url}/token\"")),
        };
        return registry;
    }

    private Task<ManifestHead?> HeadAsync(RegistryRepository repository) => repository.HeadManifestAsync("latest", context.CancellationToken);
}
