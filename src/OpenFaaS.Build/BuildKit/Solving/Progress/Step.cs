using System.Text.RegularExpressions;

namespace OpenFaaS.Build.BuildKit.Solving.Progress;

/// <summary>A step (BuildKit: vertex) as the daemon last told it.</summary>
internal sealed partial class Step(int number, string digest, string name)
{
    /// <summary>One-based, in the order in which steps became known.</summary>
    public int Number => number;

    public string Digest => digest;

    /// <summary>The daemon's name, fit for a line: <c>[build 2/3] RUN make</c>.</summary>
    public string Name => name;

    public bool Cached { get; set; }

    public DateTimeOffset? Started { get; set; }

    public DateTimeOffset? Completed { get; set; }

    /// <summary>Why it failed, fit for a line; empty if it did not.</summary>
    public string Error { get; set; } = "";

    /// <summary>Bytes that it has got from here, by the daemon's count.</summary>
    public long Transferred { get; set; }

    /// <summary>Whether its end was told to the user.</summary>
    public bool Told { get; set; }

    /// <summary>Whether its begin was told to the user.</summary>
    public bool Announced { get; set; }

    public TimeSpan Duration => Completed - Started is { } time && time > TimeSpan.Zero ? time : TimeSpan.Zero;

    /// <summary>Whether it stands for an instruction of the Dockerfile, not for something that BuildKit does by itself.</summary>
    public bool IsInstruction { get; } = Instruction().IsMatch(name);

    /// <summary>Whether it gets a base image.</summary>
    public bool IsBase { get; } = Base().IsMatch(name);

    /// <summary>Whether it prepares the build only, so that doing it twice does no harm.</summary>
    public bool IsPreparation { get; } = name.StartsWith("[internal]", StringComparison.Ordinal) || name.StartsWith("[auth]", StringComparison.Ordinal);

    /// <summary>Whether it was ended because another one failed or the build was cancelled.</summary>
    public bool IsCancelled => Error.Contains("context canceled", StringComparison.Ordinal);

    /// <summary>Whether a text quotes why it failed; of a long reason only the begin is known.</summary>
    public bool IsQuotedIn(string text) => text.Contains(Error.TrimEnd('…'), StringComparison.Ordinal);

    [GeneratedRegex(@"\A(?:\[[^\]]*\] )?FROM ", RegexOptions.CultureInvariant)]
    private static partial Regex Base();

    [GeneratedRegex(@"\A\[(?:[^\]]* )?[0-9]+/[0-9]+\] ", RegexOptions.CultureInvariant)]
    private static partial Regex Instruction();
}
