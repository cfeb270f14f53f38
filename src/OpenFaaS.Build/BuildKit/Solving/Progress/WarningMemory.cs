using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Solving.Progress;

/// <summary>Warnings that were told: platforms, stages and further solves of one Dockerfile repeat them. Safe for concurrent use.</summary>
internal sealed class WarningMemory
{
    private const int Most = 10_000;

    private readonly Lock gate = new();
    private readonly HashSet<(string Text, SourceLocation Place)> told = [];

    /// <summary>Whether a warning is new; beyond a number none is.</summary>
    public bool Add(string text, SourceLocation place)
    {
        lock (gate)
        {
            return told.Count < Most && told.Add((text, place));
        }
    }
}
