using OpenFaaS.Build.Kubernetes.Configuration;
using OpenFaaS.Build.Kubernetes.Connections;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Kubernetes;

/// <summary>How credentials are renewed, by many at once.</summary>
[TestClass]
public sealed class ClusterCredentialsTests(TestContext context)
{
    private const int Many = 32;
    private readonly ImpatientTime time = new();

    [TestMethod]
    public async Task Forget_ManyRefusalsOfOneToken_AskTheCommandOnce()
    {
        using var credentials = await WithPluginAsync();
        var first = await credentials.CurrentAsync(context.CancellationToken);

        var forgotten = 0;
        var headers = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => Task.Run(async () =>
        {
            Interlocked.Add(ref forgotten, credentials.Forget(first) ? 1 : 0);
            return await credentials.GetAuthenticationHeaderAsync(context.CancellationToken);
        })));

        Assert.AreEqual("token-1", first.Token);
        Assert.AreEqual(1, forgotten);
        Assert.IsTrue(headers.All(header => header?.Parameter == "token-2"), string.Join(' ', headers.Select(header => header?.Parameter)));
    }

    [TestMethod]
    public async Task Forget_WhatIsRenewedAlready_LeavesWhatIsInUse()
    {
        using var credentials = await WithPluginAsync();
        var first = await credentials.CurrentAsync(context.CancellationToken);
        Assert.IsTrue(credentials.Forget(first));
        var second = await credentials.CurrentAsync(context.CancellationToken);

        Assert.IsFalse(credentials.Forget(first));

        Assert.AreSame(second, await credentials.CurrentAsync(context.CancellationToken));
    }

    [TestMethod]
    public async Task Current_TokenOfACommandExpires_IsAskedForAheadOfIt()
    {
        using var credentials = await WithPluginAsync(time.GetUtcNow() + TimeSpan.FromMinutes(5));
        Assert.AreEqual("token-1", (await credentials.CurrentAsync(context.CancellationToken)).Token);

        time.Advance(TimeSpan.FromMinutes(4));
        Assert.AreEqual("token-1", (await credentials.CurrentAsync(context.CancellationToken)).Token);
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.AreEqual("token-2", (await credentials.CurrentAsync(context.CancellationToken)).Token);
    }

    [TestMethod]
    public async Task Current_CommandGivesWhatHasExpired_IsNotRunForEveryRequest()
    {
        using var credentials = await WithPluginAsync(time.GetUtcNow() - TimeSpan.FromHours(1));

        var first = await credentials.CurrentAsync(context.CancellationToken);
        Assert.AreSame(first, await credentials.CurrentAsync(context.CancellationToken));
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.AreEqual("token-2", (await credentials.CurrentAsync(context.CancellationToken)).Token);
    }

    [TestMethod]
    public async Task Current_TokenOfAFile_IsReadAgainAfterAMinuteOrARefusal()
    {
        var path = Path.Combine(context.Folder(), "token");
        await File.WriteAllTextAsync(path, "one\n", context.CancellationToken);
        using var credentials = new ClusterCredentials(Settings() with { TokenFile = path }, time);
        var first = await credentials.CurrentAsync(context.CancellationToken);
        await File.WriteAllTextAsync(path, "two\n", context.CancellationToken);

        Assert.AreSame(first, await credentials.CurrentAsync(context.CancellationToken));
        time.Advance(TimeSpan.FromSeconds(61));
        var second = await credentials.CurrentAsync(context.CancellationToken);
        await File.WriteAllTextAsync(path, "three\n", context.CancellationToken);
        credentials.Forget(second);

        Assert.AreEqual(("one", "two", "three"), (first.Token, second.Token, (await credentials.CurrentAsync(context.CancellationToken)).Token));
    }

    private static ClusterSettings Settings() => new(new Uri("https://one.example"), "config");

    // A command that gives token-1 the first time, and token-2 the second.
    private async Task<ClusterCredentials> WithPluginAsync(DateTimeOffset? expires = null)
    {
        var path = Path.Combine(context.Folder(), "plugin");
        var expiration = expires is { } end ? $$""","expirationTimestamp":"{{end:yyyy-MM-dd'T'HH:mm:ss'Z'}}" """ : "";
        await Tool.WriteScriptAsync(
            path,
            $$$"""
            #!/bin/sh
            echo asked >> '{{{path}}}.asked'
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"token-%d"{{{expiration}}}}}' "$(wc -l < '{{{path}}}.asked')"
            """,
            context.CancellationToken);
        var plugin = new CredentialPlugin(path, [], new Dictionary<string, string?>(), "client.authentication.k8s.io/v1");
        return new ClusterCredentials(Settings() with { Plugin = plugin }, time);
    }
}
