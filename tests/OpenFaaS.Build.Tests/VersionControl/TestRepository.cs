using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.VersionControl;

/// <summary>A repository that real git makes, without the settings of the machine's user.</summary>
internal sealed class TestRepository
{
    private static readonly string[] Settings =
    [
        "user.name=Test", "user.email=test@example.com", "init.defaultBranch=main", "commit.gpgSign=false", "tag.gpgSign=false",
        "protocol.file.allow=always", "advice.detachedHead=false",
    ];

    private readonly CancellationToken cancellationToken;

    private TestRepository(string path, CancellationToken cancellationToken) => (Path, this.cancellationToken) = (path, cancellationToken);

    public string Path { get; }

    /// <summary>Folder of a function in the repository.</summary>
    public string Function => System.IO.Path.Combine(Path, "hello");

    /// <summary>A repository without commits that holds <c>hello/handler.sh</c>.</summary>
    public static async Task<TestRepository> CreateEmptyAsync(TestContext context, string name = "repository")
    {
        var repository = At(System.IO.Path.Combine(context.Folder(), name), context);
        Directory.CreateDirectory(repository.Function);
        await repository.GitAsync("init", "--quiet");
        await File.WriteAllTextAsync(System.IO.Path.Combine(repository.Function, "handler.sh"), name, context.CancellationToken);
        return repository;
    }

    /// <summary>The same with one commit on <c>main</c>.</summary>
    public static async Task<TestRepository> CreateAsync(TestContext context, string name = "repository")
    {
        var repository = await CreateEmptyAsync(context, name);
        await repository.CommitAsync("first");
        return repository;
    }

    /// <summary>A working tree that is there already.</summary>
    public static TestRepository At(string path, TestContext context) => new(path, context.CancellationToken);

    /// <summary>Commits everything.</summary>
    public async Task CommitAsync(string message)
    {
        await GitAsync("add", "--all");
        await GitAsync("commit", "--quiet", "--allow-empty", "-m", message);
    }

    /// <summary>The abbreviated hash of the current commit.</summary>
    public Task<string> ShortCommitAsync() => GitAsync("rev-parse", "--short", "HEAD");

    /// <summary>Changes a tracked file.</summary>
    public Task ChangeAsync() => File.AppendAllTextAsync(System.IO.Path.Combine(Function, "handler.sh"), "changed", cancellationToken);

    /// <summary>Runs git in the working tree and gives what it prints.</summary>
    public async Task<string> GitAsync(params string[] arguments)
    {
        Directory.CreateDirectory(Path);
        return (await Tool.RunAsync("git", ["-C", Path, .. Settings.SelectMany(setting => new[] { "-c", setting }), .. arguments], cancellationToken)).Trim();
    }
}
