namespace OpenFaaS.Build.VersionControl;

/// <summary>The branch or tag that a CI system has checked out: it checks out commits, so git itself does not know.</summary>
internal static class CiBranch
{
    /// <summary>Name and commit as GitHub Actions, Azure DevOps and GitLab give them.</summary>
    private static readonly (string Name, string Commit)[] Variables =
    [
        ("GITHUB_REF_NAME", "GITHUB_SHA"),
        ("BUILD_SOURCEBRANCH", "BUILD_SOURCEVERSION"),
        ("CI_COMMIT_REF_NAME", "CI_COMMIT_SHA"),
    ];

    /// <summary>The name, without <c>refs/heads/</c>; null outside CI systems.</summary>
    /// <param name="commit">Full hash of what is checked out. A name for another commit is that of another repository, for example of the one that holds a submodule.</param>
    /// <param name="environment">Environment variables by name.</param>
    public static string? Find(string commit, Func<string, string?> environment) =>
        Variables
            .Where(pair => string.Equals(environment(pair.Commit), commit, StringComparison.OrdinalIgnoreCase))
            .Select(pair => ShortName(environment(pair.Name) ?? ""))
            .FirstOrDefault(name => name.Length > 0);

    // refs/heads/feature/x is feature/x, as git itself names it on a developer's machine.
    private static string ShortName(string name) =>
        name.StartsWith("refs/", StringComparison.Ordinal) && name.Split('/', 3) is [_, _, var rest] ? rest : name;
}
