using System.Net;
using System.Text.Json.Nodes;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>
/// The double against what is known of a real API server, row by row: each test is one statement of the reference (measured on 1.20) or of the sources of
/// Kubernetes, by requests without the product's client. Where a test says "stricter", a real one lets pass what the double refuses.
/// </summary>
[TestClass]
public sealed class DoubleContractTests(TestContext context)
{
    [TestMethod]
    [DataRow("Bearer another", 401, "Unauthorized")]
    [DataRow("", 401, "Unauthorized")]
    public async Task Request_CredentialsAreNotValid_Is401(string authorization, int status, string reason)
    {
        await using var server = new RawCluster(context);
        using var client = server.Client(authorization);

        await server.AssertRefusedAsync(await client.GetAsync(server.Path("pods"), context.CancellationToken), status, reason);
    }

    [TestMethod]
    public async Task Request_AccountMayNot_Is403WithVerbAndResource()
    {
        await using var server = new RawCluster(context);
        server.Double.Faults.Denied[("create", "jobs")] = true;

        var status = await server.AssertRefusedAsync(await server.PostAsync("jobs", RawCluster.Job("a")), 403, "Forbidden");

        Assert.Contains("cannot create resource \"jobs\"", (string)status["message"]!);
    }

    [TestMethod]
    public async Task Create_Job_Is201WithUidAndVersion()
    {
        await using var server = new RawCluster(context);

        var job = await server.ReadAsync(await server.PostAsync("jobs", RawCluster.Job("a")), HttpStatusCode.Created);

        Assert.IsTrue(Guid.TryParse((string?)job["metadata"]!["uid"], out _));
        Assert.IsGreaterThan(0L, long.Parse((string)job["metadata"]!["resourceVersion"]!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.IsNotNull(job["metadata"]!["creationTimestamp"]);
    }

    [TestMethod]
    public async Task Create_SameNameAgain_Is409AlreadyExists()
    {
        await using var server = new RawCluster(context);
        await server.ReadAsync(await server.PostAsync("jobs", RawCluster.Job("a")), HttpStatusCode.Created);

        await server.AssertRefusedAsync(await server.PostAsync("jobs", RawCluster.Job("a")), 409, "AlreadyExists");
    }

    [TestMethod]
    public async Task Create_NamespaceIsNotThere_Is404()
    {
        await using var server = new RawCluster(context);

        var status = await server.AssertRefusedAsync(await server.Api.PostAsync("apis/batch/v1/namespaces/nowhere/jobs", RawCluster.Body(RawCluster.Job("a")), context.CancellationToken), 404, "NotFound");

        Assert.AreEqual("namespaces \"nowhere\" not found", (string?)status["message"]);
    }

    [TestMethod]
    [DataRow("""{"spec":{"backoffLimit":0,"surprise":1}}""", 400, "BadRequest", DisplayName = "unknown field (stricter: a real one drops it with a warning)")]
    [DataRow("""{"spec":{"backoffLimit":-1}}""", 422, "Invalid", DisplayName = "value out of its range")]
    [DataRow("""{"metadata":{"name":"Not_A_Name"}}""", 422, "Invalid", DisplayName = "name")]
    [DataRow("""{"spec":{"template":{"spec":{"restartPolicy":"Always"}}}}""", 422, "Invalid", DisplayName = "restartPolicy of a Job")]
    public async Task Create_ObjectIsNotValid_Is400Or422(string change, int status, string reason)
    {
        await using var server = new RawCluster(context);
        var job = RawCluster.Job("a");
        RawCluster.Merge(job, JsonNode.Parse(change)!.AsObject());

        await server.AssertRefusedAsync(await server.PostAsync("jobs", job), status, reason);
    }

    [TestMethod]
    [DataRow(429, "TooManyRequests", 3)]
    [DataRow(500, "InternalError", null)]
    public async Task Request_ServerIsBusyOrFails_Is429WithTheWaitOr500(int status, string reason, int? seconds)
    {
        await using var server = new RawCluster(context);
        server.Double.Faults.Fail("list", "pods", status, retryAfter: seconds);

        using var response = await server.Api.GetAsync(server.Path("pods"), context.CancellationToken);

        Assert.AreEqual(seconds, (int?)response.Headers.RetryAfter?.Delta?.TotalSeconds);
        await server.AssertRefusedAsync(response, status, reason);
    }

    [TestMethod]
    public async Task Delete_NotThere_Is404() =>
        await WithServerAsync(async server => await server.AssertRefusedAsync(await server.DeleteAsync("jobs", "a", null), 404, "NotFound"));

    [TestMethod]
    public async Task Delete_UidOfThePrecondition_Is409UnlessItIsTheObjects() => await WithServerAsync(async server =>
    {
        var job = await server.ReadAsync(await server.PostAsync("jobs", RawCluster.Job("a")), HttpStatusCode.Created);
        JsonObject Options(string uid) => new() { ["preconditions"] = new JsonObject { ["uid"] = uid } };

        var status = await server.AssertRefusedAsync(await server.DeleteAsync("jobs", "a", Options(Guid.NewGuid().ToString())), 409, "Conflict");
        Assert.Contains("The object might have been deleted and then recreated", (string)status["message"]!);

        await server.ReadAsync(await server.DeleteAsync("jobs", "a", Options((string)job["metadata"]!["uid"]!)), HttpStatusCode.OK);
        await server.AssertRefusedAsync(await server.Api.GetAsync(server.Path("jobs", "a"), context.CancellationToken), 404, "NotFound");
    });

    [TestMethod]
    public async Task Delete_InTheForeground_JobStaysUntilItsPodIsGone() => await WithServerAsync(async server =>
    {
        server.Program = RawCluster.UntilKilled;
        await server.ReadAsync(await server.PostAsync("jobs", RawCluster.Job("a")), HttpStatusCode.Created);
        await server.RunningAsync();
        server.Double.Faults.IsNodeLost = true;

        await server.ReadAsync(await server.DeleteAsync("jobs", "a", new JsonObject { ["propagationPolicy"] = "Foreground" }), HttpStatusCode.OK);
        await Task.Delay(200, context.CancellationToken);

        var job = server.Double.Store.Get("jobs", server.Double.Namespace, "a");
        Assert.AreEqual("foregroundDeletion", (string?)job["metadata"]!["finalizers"]![0]);
        Assert.IsNotNull(job["metadata"]!["deletionTimestamp"]);
        Assert.HasCount(1, server.Double.Names("pods"));
    });

    [TestMethod]
    public async Task Delete_Pod_DeletionTimestampHoldsTheGracePeriod() => await WithServerAsync(async server =>
    {
        server.Program = RawCluster.UntilKilled;
        await server.ReadAsync(await server.PostAsync("jobs", RawCluster.Job("a")), HttpStatusCode.Created);
        var name = await server.RunningAsync();
        server.Double.Faults.IsNodeLost = true;

        server.Double.Evict(name, "EvictionByEvictionAPI", "Eviction API: evicting");

        var pod = server.Double.Store.Get("pods", server.Double.Namespace, name);
        var left = DateTimeOffset.Parse((string)pod["metadata"]!["deletionTimestamp"]!, System.Globalization.CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow;
        Assert.AreEqual(30L, (long)pod["metadata"]!["deletionGracePeriodSeconds"]!);
        Assert.IsTrue(left > TimeSpan.FromSeconds(20) && left <= TimeSpan.FromSeconds(30), left.ToString());
        Assert.AreEqual("DisruptionTarget", (string?)pod["status"]!["conditions"]!.AsArray()[^1]!["type"]);
    });

    [TestMethod]
    public async Task Delete_Owner_TakesWhatItOwns() => await WithServerAsync(async server =>
    {
        var job = await server.ReadAsync(await server.PostAsync("jobs", RawCluster.Job("a")), HttpStatusCode.Created);
        await server.ReadAsync(await server.PostAsync("secrets", RawCluster.Secret("s", (string)job["metadata"]!["uid"]!)), HttpStatusCode.Created);

        await server.ReadAsync(await server.DeleteAsync("jobs", "a", null), HttpStatusCode.OK);

        await server.UntilAsync(() => server.Double.Names("secrets").Count == 0 && server.Double.Names("pods").Count == 0);
    });

    [TestMethod]
    public async Task Create_OwnerIsGone_IsCollected() => await WithServerAsync(async server =>
    {
        await server.ReadAsync(await server.PostAsync("secrets", RawCluster.Secret("s", Guid.NewGuid().ToString())), HttpStatusCode.Created);

        await server.UntilAsync(() => server.Double.Names("secrets").Count == 0);
    });

    private async Task WithServerAsync(Func<RawCluster, Task> test)
    {
        await using var server = new RawCluster(context);
        await test(server);
    }
}
