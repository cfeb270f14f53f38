using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Templates.Cache;
using OpenFaaS.Build.Templates.Sources;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Templates.Cache;

/// <summary>A repository of templates and a cache, in the test's folder.</summary>
internal sealed class PulledRepository
{
    private readonly string folder;

    public PulledRepository(TestContext context, params string[] options)
    {
        folder = context.Folder();
        Served = Path.Combine(folder, "served");
        Repository = GitRepository.Create(Path.Combine(Served, "a.git"), options);
    }

    /// <summary>Folder to serve; the repository is <c>a.git</c> in it.</summary>
    public string Served { get; }

    public GitRepository Repository { get; }

    public RecordingLog Log { get; } = new();

    public string CacheFolder => Path.Combine(folder, "cache");

    /// <summary>A file that nothing may make.</summary>
    public string Canary => Path.Combine(folder, "canary");

    public GitSource Local(string? reference = null) => new(Repository.Path, reference);

    public static GitSource Source(GitHttpServer server, string? reference = null) => new($"{server.Url}/a.git", reference);

    /// <summary>A cache of a process of its own, as far as it can tell.</summary>
    public TemplateCache NewCache(TemplateLimits? limits = null, Func<string, string?>? environment = null) =>
        new(CacheFolder, environment ?? (name => name == "PATH" ? Environment.GetEnvironmentVariable(name) : null), limits ?? new TemplateLimits(), Log);

    public Task<PulledTemplates> PullAsync(GitSource source, TestContext context, TemplateLimits? limits = null) =>
        NewCache(limits).PullAsync(source, null, context.CancellationToken);

    /// <summary>Fails a pull with a code; nothing of it is to be seen in the cache afterwards.</summary>
    /// <returns>The message.</returns>
    public async Task<string> FailAsync(string code, GitSource source, TestContext context, TemplateLimits? limits = null)
    {
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => PullAsync(source, context, limits));

        Assert.AreEqual(code, error.Diagnostics[0].Descriptor.Code, error.Message);
        Assert.IsEmpty(Versions());
        Assert.IsFalse(File.Exists(Canary));
        return error.Message;
    }

    /// <summary>The folders in the cache, staged ones included.</summary>
    public IReadOnlyList<string> Versions() => Directory.Exists(CacheFolder) ? Directory.GetDirectories(CacheFolder) : [];
}
