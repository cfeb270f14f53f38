namespace OpenFaaS.Build.BuildKit.Solving.Tracing;

/// <summary>Collects the steps of functions. Safe for concurrent use; beyond a number of steps a function's further ones are left out.</summary>
internal sealed class TraceRecorder(TimeProvider time)
{
    private const int MostSpans = 20_000;

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Part> parts = new(StringComparer.Ordinal);

    public void Begin(string function)
    {
        lock (gate)
        {
            Of(function).Began ??= time.GetUtcNow();
        }
    }

    public void End(string function)
    {
        lock (gate)
        {
            Of(function).Ended = time.GetUtcNow();
        }
    }

    public void Add(string function, TraceSpan span)
    {
        lock (gate)
        {
            var spans = Of(function).Spans;
            if (spans.Count < MostSpans || spans.ContainsKey((span.Digest, span.Started)))
            {
                spans[(span.Digest, span.Started)] = span;
            }
        }
    }

    /// <summary>All functions so far, by name.</summary>
    public IReadOnlyList<TraceFunction> Functions()
    {
        lock (gate)
        {
            return [.. parts.Select(part => Of(part.Key, part.Value))];
        }
    }

    private static TraceFunction Of(string name, Part part)
    {
        var spans = part.Spans.Values.OrderBy(span => span.Started).ThenBy(span => span.Digest, StringComparer.Ordinal).ToList();
        var began = Earliest([.. spans.Select(span => span.Started), .. part.Began is { } begin ? new[] { begin } : []]);
        var ended = Latest([began, .. spans.Select(span => span.Completed), .. part.Ended is { } end ? new[] { end } : []]);
        return new TraceFunction(name, began, ended, spans);
    }

    private static DateTimeOffset Earliest(IReadOnlyCollection<DateTimeOffset> times) => times.Count > 0 ? times.Min() : DateTimeOffset.UnixEpoch;

    private static DateTimeOffset Latest(IReadOnlyCollection<DateTimeOffset> times) => times.Max();

    private Part Of(string function)
    {
        if (!parts.TryGetValue(function, out var part))
        {
            parts.Add(function, part = new Part());
        }

        return part;
    }

    private sealed class Part
    {
        public DateTimeOffset? Began { get; set; }

        public DateTimeOffset? Ended { get; set; }

        public Dictionary<(string Digest, DateTimeOffset Started), TraceSpan> Spans { get; } = [];
    }
}
