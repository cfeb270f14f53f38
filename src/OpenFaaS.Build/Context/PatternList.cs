namespace OpenFaaS.Build.Context;

/// <summary>
/// Patterns in order, of which the last that matches counts. As Docker and BuildKit do, a walk hands on what matched the folder: there a pattern that could
/// not change the outcome is not looked at, and so an exception for a folder reaches only what that folder's own match reached.
/// </summary>
internal sealed class PatternList(IReadOnlyList<PathPattern> patterns)
{
    /// <summary>Whether a pattern brings something back, so that folders that are left out must still be entered.</summary>
    public bool HasExceptions { get; } = patterns.Any(pattern => pattern.IsException);

    public int Count => patterns.Count;

    /// <summary>Whether a path matches.</summary>
    /// <param name="path">The path.</param>
    /// <param name="folder">What matched its folder; null for what is at the root.</param>
    /// <param name="matched">Takes up what matched, one a pattern.</param>
    public bool Matches(string path, bool[]? folder, bool[] matched)
    {
        var outcome = false;
        for (var i = 0; i < patterns.Count; i++)
        {
            var pattern = patterns[i];
            matched[i] = folder is not null && folder[i] || pattern.IsException == outcome && pattern.Matches(path);
            if (matched[i])
            {
                outcome = !pattern.IsException;
            }
        }

        return outcome;
    }
}
