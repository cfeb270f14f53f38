using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Templates.Sources;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Templates.Cache;

[TestClass]
[RequiresTool("tools", "git")]
public sealed class GitAccessTests(TestContext context)
{
    private const string Secret = "c4nary-token";

    [TestMethod]
    public async Task Pull_Case33ServerAsksForAPassword_IsAnErrorAtOnce()
    {
        var repository = new PulledRepository(context);
        repository.Repository.Commit(("template/node/Dockerfile", "1"));
        await using var server = new GitHttpServer(repository.Served) { Credential = "user:" + Secret };

        await repository.FailAsync("OFB6115", PulledRepository.Source(server), context);
        await repository.FailAsync("OFB6115", Source(server, "user", "wrong"), context);
    }

    [TestMethod]
    public async Task Pull_Case33SilentServer_IsAnErrorInTime()
    {
        var repository = new PulledRepository(context);
        await using var server = new GitHttpServer(repository.Served) { Before = _ => new StandInReply(200) { Silent = true } };

        await repository.FailAsync("OFB6117", PulledRepository.Source(server), context, new TemplateLimits { Time = TimeSpan.FromSeconds(1) });
    }

    [TestMethod]
    public async Task Pull_Case33SilentInTheMidst_IsAnErrorInTimeAndLeavesNothing()
    {
        var repository = new PulledRepository(context);
        repository.Repository.Commit(("template/node/Dockerfile", "1"));
        await using var server = new GitHttpServer(repository.Served);
        server.Before = request => request.Method == "POST" && server.Fetches > 0 ? new StandInReply(200) { Stalls = true, ClaimedLength = 1000 } : null;

        await repository.FailAsync("OFB6117", PulledRepository.Source(server), context, new TemplateLimits { Time = TimeSpan.FromSeconds(5) });
    }

    [TestMethod]
    public async Task Pull_Case34Credentials_ReachTheServerAndNothingElse()
    {
        var repository = new PulledRepository(context);
        repository.Repository.Commit(("template/node/Dockerfile", "1"));
        await using var server = new GitHttpServer(repository.Served) { Credential = "user:" + Secret };

        // Every file of the kernel's that other users may read.
        server.Before = _ =>
        {
            Assert.DoesNotContain(Secret, string.Concat(Directory.EnumerateDirectories("/proc").Select(process => ReadOrNothing(Path.Combine(process, "cmdline")))));
            return null;
        };

        var pulled = await repository.PullAsync(Source(server, "user", Secret), context);

        Assert.HasCount(1, pulled.Trees);
        Assert.IsTrue(server.Requests.Any(request => request.Authorization is not null));
        foreach (var file in Directory.EnumerateFiles(repository.CacheFolder, "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(Secret, await File.ReadAllTextAsync(file, context.CancellationToken), file);
        }
    }

    [TestMethod]
    public async Task Pull_Case34TokenAloneAsUser_ReachesTheServer()
    {
        var repository = new PulledRepository(context);
        repository.Repository.Commit(("template/node/Dockerfile", "1"));
        await using var server = new GitHttpServer(repository.Served) { Credential = Secret + ":" };

        Assert.HasCount(1, (await repository.PullAsync(Source(server, Secret, null), context)).Trees);
    }

    [TestMethod]
    public async Task Pull_Case34RedirectToAnotherServer_TakesNoCredentialsAlong()
    {
        var repository = new PulledRepository(context);
        repository.Repository.Commit(("template/node/Dockerfile", "1"));
        await using var other = new GitHttpServer(repository.Served) { Credential = "user:" + Secret };
        await using var server = new GitHttpServer(repository.Served) { Credential = "user:" + Secret };
        server.Before = request => request.Authorization is null ? null : new StandInReply(302, "", ("Location", other.Url + request.Target));

        var message = await repository.FailAsync("OFB6115", Source(server, "user", Secret), context);

        Assert.IsTrue(server.Requests.Any(request => request.Authorization is not null));
        Assert.IsNotEmpty(other.Requests);
        Assert.IsTrue(other.Requests.All(request => request.Authorization is null));
        Assert.DoesNotContain(Secret, message);
    }

    [TestMethod]
    public async Task Pull_Case34ServerThatRepeatsTheCredential_IsRedacted()
    {
        var repository = new PulledRepository(context);
        await using var server = new GitHttpServer(repository.Served)
        {
            Before = request => request.Authorization is null
                ? new StandInReply(401, "", ("WWW-Authenticate", "Basic realm=\"git\""))
                : new StandInReply(403, $"remote says {Secret} \u001b[31m##vso[x]", ("Content-Type", "text/plain")),
        };

        var message = await repository.FailAsync("OFB6115", Source(server, "user", Secret), context);

        Assert.DoesNotContain(Secret, message);
        Assert.IsFalse(message.Any(char.IsControl));
    }

    [TestMethod]
    public async Task Pull_RedirectToAnotherProtocol_IsRefused()
    {
        var repository = new PulledRepository(context);
        repository.Repository.Commit(("template/node/Dockerfile", "1"));
        await using var server = new GitHttpServer(repository.Served) { Before = request => new StandInReply(302, "", ("Location", $"file://{repository.Served}{request.Target}")) };

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => repository.PullAsync(PulledRepository.Source(server), context));

        Assert.StartsWith("OFB61", error.Diagnostics[0].Descriptor.Code);
        Assert.IsEmpty(repository.Versions());
    }

    private static GitSource Source(GitHttpServer server, string user, string? password) =>
        PulledRepository.Source(server) with { Credential = new GitCredential(user, password) };

    private static string ReadOrNothing(string path)
    {
        try
        {
            return File.Exists(path) ? Encoding.UTF8.GetString(File.ReadAllBytes(path)) : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
