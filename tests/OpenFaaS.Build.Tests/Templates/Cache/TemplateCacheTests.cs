using System.Globalization;
using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Templates.Cache;
using OpenFaaS.Build.Templates.Sources;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Templates.Cache;

[TestClass]
public sealed class TemplateCacheTests(TestContext context)
{
    [TestMethod]
    [RequiresTool("tools", "git")]
    public async Task Pull_Case40EightAtOnce_FetchOnce()
    {
        var repository = new PulledRepository(context);
        repository.Repository.Commit([.. Enumerable.Range(0, 50).Select(i => ($"template/node/{i}", "x"))]);
        await using var server = new GitHttpServer(repository.Served);
        var source = PulledRepository.Source(server, "main");

        // Each cache is a process of its own as far as locks go: they belong to the open file.
        var pulled = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => repository.PullAsync(source, context), context.CancellationToken)));

        Assert.AreEqual(1, server.Fetches);
        Assert.HasCount(1, pulled.Select(one => one.Folder).Distinct());
        Assert.HasCount(50, Directory.GetFiles(Path.Combine(pulled[0].Folder, "node")));
        Assert.HasCount(1, repository.Versions());
    }

    [TestMethod]
    [RequiresTool("tools", "git")]
    public async Task Pull_SameSourceAgainInOneSession_AsksOnce()
    {
        var repository = new PulledRepository(context);
        repository.Repository.Commit(("template/node/Dockerfile", "x"));
        await using var server = new GitHttpServer(repository.Served);
        var cache = repository.NewCache();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => cache.PullAsync(PulledRepository.Source(server), null, context.CancellationToken)));
        var requests = server.Requests.Count;
        await cache.PullAsync(PulledRepository.Source(server), null, context.CancellationToken);

        Assert.AreEqual(1, server.Fetches);
        Assert.HasCount(requests, server.Requests);
    }

    [TestMethod]
    [RequiresTool("tools", "git")]
    [DataRow("content")]
    [DataRow("mode")]
    [DataRow("added")]
    [DataRow("removed")]
    [DataRow("index")]
    public async Task Pull_Case35DamagedCache_IsPulledAgain(string damage)
    {
        var repository = new PulledRepository(context);
        var commit = repository.Repository.Commit(("template/node/Dockerfile", "FROM scratch"));
        var pulled = await repository.PullAsync(repository.Local(), context);
        var file = Path.Combine(pulled.Folder, "node", "Dockerfile");
        switch (damage)
        {
            case "content":
                var bytes = await File.ReadAllBytesAsync(file, context.CancellationToken);
                bytes[3] ^= 1;
                await File.WriteAllBytesAsync(file, bytes, context.CancellationToken);
                break;
            case "mode":
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
                break;
            case "added":
                Directory.CreateDirectory(Path.Combine(pulled.Folder, "evil"));
                break;
            case "removed":
                File.Delete(file);
                break;
            case "index":
                await File.WriteAllTextAsync(Path.Combine(pulled.Folder, "..", "index.json"), "{\"commit\":", context.CancellationToken);
                break;
        }

        var again = await repository.NewCache().PullAsync(repository.Local(), commit, context.CancellationToken);

        Assert.AreEqual("FROM scratch", await File.ReadAllTextAsync(file, context.CancellationToken));
        Assert.AreEqual(pulled.Trees["node"], again.Trees["node"]);
        Assert.AreEqual(again.Trees["node"], TreeHash.Of(Path.Combine(again.Folder, "node")));
        Assert.HasCount(1, repository.Versions());
    }

    [TestMethod]
    public async Task GetOrAdd_Case35KilledInTheMidst_IsInvisibleAndSweptByTheNextRun()
    {
        var folder = Path.Combine(context.Folder(), "cache");
        Directory.CreateDirectory(Path.Combine(folder, $".staging-{new string('a', 64)}-1", "template", "node"));
        var store = new VersionStore(folder);
        store.Open();
        store.Stage(VersionStore.Key("other", "x/1"));

        var pulled = await Cache(folder).GetOrAddAsync("x/1", AddAsync, context.CancellationToken);

        CollectionAssert.AreEqual(new[] { Path.GetDirectoryName(pulled.Folder) }, Directory.GetDirectories(folder));
    }

    [TestMethod]
    public async Task GetOrAdd_StagingOfALivingProcess_IsLeftAlone()
    {
        var folder = Path.Combine(context.Folder(), "cache");
        var store = new VersionStore(folder);
        store.Open();
        var other = VersionStore.Key("other", "y/1");
        using var held = CacheLock.TryAcquire(store.LockFile(other));
        var staging = store.Stage(other);

        await Cache(folder).GetOrAddAsync("x/1", AddAsync, context.CancellationToken);

        Assert.IsTrue(Directory.Exists(staging));
    }

    [TestMethod]
    public async Task GetOrAdd_FillFails_LeavesNothingAndTheNextSucceeds()
    {
        var folder = Path.Combine(context.Folder(), "cache");
        var cache = Cache(folder);

        await Assert.ThrowsExactlyAsync<InvalidDataException>(() => cache.GetOrAddAsync(
            "x/1",
            async (tree, token) =>
            {
                await AddAsync(tree, token);
                throw new InvalidDataException();
            },
            context.CancellationToken));

        Assert.IsEmpty(Directory.GetDirectories(folder));
        Assert.HasCount(1, (await cache.GetOrAddAsync("x/1", AddAsync, context.CancellationToken)).Trees);
    }

    [TestMethod]
    public async Task GetOrAdd_SecondTime_DoesNotFill()
    {
        var folder = Path.Combine(context.Folder(), "cache");
        var first = await Cache(folder).GetOrAddAsync("x/1", AddAsync, context.CancellationToken);

        var second = await Cache(folder).GetOrAddAsync("x/1", (_, _) => throw new InvalidOperationException("It is there."), context.CancellationToken);

        Assert.AreEqual(first.Folder, second.Folder);
        Assert.AreEqual("x/1", second.Commit);
    }

    [TestMethod]
    public async Task GetOrAdd_Case40LockedForTooLong_NamesTheOwner()
    {
        var folder = Path.Combine(context.Folder(), "cache");
        var store = new VersionStore(folder);
        store.Open();
        using var held = CacheLock.TryAcquire(store.LockFile(VersionStore.Key("other", "x/1")));
        var log = new RecordingLog();
        var cache = new TemplateCache(folder, _ => null, new TemplateLimits { LockWait = TimeSpan.FromSeconds(1.5) }, log);

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => cache.GetOrAddAsync("x/1", AddAsync, context.CancellationToken));

        var owner = string.Create(CultureInfo.InvariantCulture, $"(pid {Environment.ProcessId})");
        Assert.AreEqual("OFB6123", error.Diagnostics[0].Descriptor.Code);
        Assert.Contains(owner, error.Message);
        Assert.Contains(owner, log.Messages.Single());
    }

    [TestMethod]
    public async Task GetOrAdd_OneCallerCancelled_DoesNotEndTheOthers()
    {
        var cache = Cache(Path.Combine(context.Folder(), "cache"));
        var gate = new TaskCompletionSource();
        using var cancel = new CancellationTokenSource();
        Func<ITemplateTree, CancellationToken, Task> fill = async (tree, token) =>
        {
            await gate.Task.WaitAsync(token);
            await AddAsync(tree, token);
        };
        var first = cache.GetOrAddAsync("x/1", fill, cancel.Token);
        var second = cache.GetOrAddAsync("x/1", fill, context.CancellationToken);

        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Assert.HasCount(1, (await second).Trees);
    }

    [TestMethod]
    public async Task GetOrAdd_AllCallersCancelled_EndsTheFilling()
    {
        var folder = Path.Combine(context.Folder(), "cache");
        var cache = Cache(folder);
        using var cancel = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var waiting = cache.GetOrAddAsync(
            "x/1",
            async (_, token) =>
            {
                started.SetResult();
                await Task.Delay(Timeout.Infinite, token);
            },
            cancel.Token);
        await started.Task;

        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);

        Assert.IsEmpty(Directory.GetDirectories(folder));
        Assert.HasCount(1, (await cache.GetOrAddAsync("x/1", AddAsync, context.CancellationToken)).Trees);
    }

    [TestMethod]
    public async Task GetOrAdd_CacheFolderIsALink_IsRefused()
    {
        var folder = Path.Combine(context.Folder(), "cache");
        Directory.CreateSymbolicLink(folder, Directory.CreateDirectory(Path.Combine(context.Folder(), "elsewhere")).FullName);

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => Cache(folder).GetOrAddAsync("x/1", AddAsync, context.CancellationToken));

        Assert.AreEqual("OFB4010", error.Diagnostics[0].Descriptor.Code);
    }

    private static TemplateCache Cache(string folder) => new(folder, _ => null, new TemplateLimits(), new RecordingLog());

    private static Task AddAsync(ITemplateTree tree, CancellationToken cancellationToken) =>
        tree.AddFileAsync("node/Dockerfile", false, new MemoryStream(Encoding.UTF8.GetBytes("FROM scratch")), cancellationToken);
}
