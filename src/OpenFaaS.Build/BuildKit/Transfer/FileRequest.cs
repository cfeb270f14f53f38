using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>Which files of a directory the daemon wants: the headers of a call of file sync, decoded.</summary>
/// <param name="Include">Patterns (<c>include-patterns</c>); none is everything.</param>
/// <param name="Exclude">Patterns (<c>exclude-patterns</c>), those of the ignore file among them.</param>
/// <param name="FollowPaths">Paths (<c>followpaths</c>) that are wanted with all that their links lead to; none is everything.</param>
internal sealed record FileRequest(IReadOnlyList<string> Include, IReadOnlyList<string> Exclude, IReadOnlyList<string> FollowPaths)
{
    private const int MaxPatterns = 20_000;

    /// <summary>Everything.</summary>
    public static FileRequest All { get; } = new([], [], []);

    /// <summary>What an entry has to match; null where nothing is asked of it.</summary>
    /// <exception cref="DiagnosticException">A pattern is malformed, or there are too many.</exception>
    public PatternList? Included(FileSet files)
    {
        var followed = FollowedPaths.Resolve(files, Bounded(FollowPaths));
        var patterns = Patterns(Include);

        // A name that a link leads to may look like a malformed pattern.
        patterns.AddRange(followed.Select(path => PathPattern.Create(path, isException: false) ?? PathPattern.Literal(path, isException: false)));
        return patterns.Count == 0 ? null : new PatternList(patterns);
    }

    /// <summary>What an entry must not match; null where nothing is asked of it.</summary>
    /// <exception cref="DiagnosticException">A pattern is malformed, or there are too many.</exception>
    public PatternList? Excluded() => Patterns(Exclude) is { Count: > 0 } patterns ? new PatternList(patterns) : null;

    private static List<PathPattern> Patterns(IReadOnlyList<string> texts)
    {
        var patterns = new List<PathPattern>();
        foreach (var text in Bounded(texts).Select(text => text.Trim()).Where(text => text.Length > 0))
        {
            var isException = text[0] == '!';
            var pattern = isException ? text[1..] : text;
            patterns.Add((pattern.Length == 0 ? null : PathPattern.Create(PathPattern.Clean(pattern), isException))
                ?? throw BuildKitTransferDiagnostics.MalformedPattern.With(SafeText.Neutralize(text)).ToException());
        }

        return patterns;
    }

    private static IReadOnlyList<string> Bounded(IReadOnlyList<string> texts) => texts.Count <= MaxPatterns
        ? texts
        : throw BuildKitTransferDiagnostics.ProtocolBroken.With($"it asks for files by more than {MaxPatterns} patterns").ToException();
}
