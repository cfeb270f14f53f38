using System.Diagnostics;
using System.Text;

namespace OpenFaaS.Build.TestSupport;

/// <summary>A git repository that a test makes, with settings of its own and none of the machine's.</summary>
public sealed class GitRepository
{
    private GitRepository(string path) => Path = path;

    /// <summary>The repository's folder; a working tree.</summary>
    public string Path { get; }

    /// <summary>Makes an empty repository with the branch <c>main</c>.</summary>
    public static GitRepository Create(string path, params string[] options)
    {
        Directory.CreateDirectory(path);
        var repository = new GitRepository(path);
        repository.Git(["init", "--quiet", "--initial-branch=main", .. options]);
        return repository;
    }

    /// <summary>Writes files and commits them.</summary>
    /// <returns>The commit.</returns>
    public string Commit(params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files)
        {
            var full = System.IO.Path.Combine(Path, path);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
            File.WriteAllText(full, text);
        }

        Git("add", "--all", "--force");
        Git("commit", "--quiet", "--allow-empty", "--message", "commit");
        return Head;
    }

    public string Head => Git("rev-parse", "HEAD");

    /// <summary>Commits a tree as it is given, hostile or not: <c>mode SP type SP id TAB name</c>, one entry a line.</summary>
    /// <returns>The commit, which <c>main</c> then names.</returns>
    public string CommitTree(string root)
    {
        var commit = Git("commit-tree", root, "-m", "tree");
        Git("update-ref", "refs/heads/main", commit);
        return commit;
    }

    /// <summary>Writes a blob.</summary>
    public string Blob(string content) => GitWith(Encoding.UTF8.GetBytes(content), "hash-object", "-w", "--stdin");

    /// <summary>Writes a tree object byte by byte, past all of git's checks.</summary>
    public string Tree(params (string Mode, string Name, string Id)[] entries) =>
        GitWith([.. entries.SelectMany(entry => Encoding.UTF8.GetBytes($"{entry.Mode} {entry.Name}\0").Concat(Convert.FromHexString(entry.Id)))], "hash-object", "-w", "--literally", "-t", "tree", "--stdin");

    /// <summary>Runs git in the repository; a failure fails the test.</summary>
    /// <returns>Standard output without the last line end.</returns>
    public string Git(params string[] arguments) => GitWith([], arguments);

    private string GitWith(byte[] input, params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = Path };
        foreach (var argument in (string[])["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgSign=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.file.allow=always", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.GetAwaiter().GetResult().TrimEnd('\n')
            : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: exit code {process.ExitCode}\n{error.GetAwaiter().GetResult()}");
    }
}
