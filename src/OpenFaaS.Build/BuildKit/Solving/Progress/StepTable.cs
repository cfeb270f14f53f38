using OpenFaaS.Build.BuildKit.Wire.Control;

namespace OpenFaaS.Build.BuildKit.Solving.Progress;

/// <summary>The steps of a solve. The same digest again is news of the same step. Bounded: what goes beyond is not followed.</summary>
internal sealed class StepTable
{
    private const int Most = 10_000;
    private const int LongestName = 1024;
    private const int LongestDigest = 128;

    private readonly Dictionary<string, Step> steps = new(StringComparer.Ordinal);

    /// <summary>All steps, in the order in which they became known.</summary>
    public IEnumerable<Step> All => steps.Values.OrderBy(step => step.Number);

    public int Count => steps.Count;

    /// <summary>Finds a step by its digest.</summary>
    public Step? Find(string? digest) => digest is not null && steps.TryGetValue(digest, out var step) ? step : null;

    /// <summary>Takes up a message about a step; null for one that is not followed.</summary>
    public Step? Take(Vertex vertex)
    {
        if (!steps.TryGetValue(vertex.Digest, out var step))
        {
            if (steps.Count == Most || vertex.Digest.Length is 0 or > LongestDigest)
            {
                return null;
            }

            step = new Step(steps.Count + 1, vertex.Digest, OutputText.Clean(vertex.Name, LongestName));
            steps.Add(vertex.Digest, step);
        }

        var started = WireTimes.Of(vertex.Started);
        if (started > step.Completed && step is { IsBase: true, Cached: false })
        {
            // An image is looked up first, and fetched or found in the cache later: as the same step.
            step.Told = false;
        }

        // What a cache holds elsewhere is fetched later: as the same step, which does not run again.
        step.Cached |= vertex.Cached;
        step.Started = started;
        step.Completed = WireTimes.Of(vertex.Completed);
        step.Error = OutputText.Phrase(vertex.Error, LongestName);
        return step;
    }
}
