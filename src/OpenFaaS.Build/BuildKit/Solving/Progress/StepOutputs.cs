using OpenFaaS.Build.BuildKit.Wire.Control;

namespace OpenFaaS.Build.BuildKit.Solving.Progress;

/// <summary>The output of steps: lines as they come, and the last ones of each for when it fails. Bounded in steps, lines and bytes.</summary>
/// <param name="line">Takes every whole line.</param>
internal sealed class StepOutputs(Action<string, string> line)
{
    /// <summary>Lines kept of a step.</summary>
    public const int TailLines = 20;

    // More steps than this do not run at once on any daemon; the oldest gives way.
    private const int Most = 256;
    private const int LongestTailLine = 512;
    private const long Stderr = 2;

    private readonly Dictionary<string, Output> outputs = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();

    /// <summary>Takes a chunk of output of a known step.</summary>
    public void Take(VertexLog log)
    {
        if (!outputs.TryGetValue(log.Vertex, out var output))
        {
            if (outputs.Count == Most)
            {
                outputs.Remove(order.Dequeue());
            }

            output = new Output(log.Vertex, line);
            outputs.Add(log.Vertex, output);
            order.Enqueue(log.Vertex);
        }

        (log.Stream == Stderr ? output.Errors : output.Lines).Take(log.Msg.Span);
    }

    /// <summary>Ends the step's last lines.</summary>
    public void End(string digest)
    {
        if (outputs.TryGetValue(digest, out var output))
        {
            output.Lines.End();
            output.Errors.End();
        }
    }

    /// <summary>The last lines of a step.</summary>
    public IReadOnlyList<string> Tail(string digest)
    {
        End(digest);
        return outputs.TryGetValue(digest, out var output) ? [.. output.Tail] : [];
    }

    private sealed class Output
    {
        public Output(string digest, Action<string, string> line)
        {
            void Keep(string text)
            {
                if (Tail.Count == TailLines)
                {
                    Tail.Dequeue();
                }

                Tail.Enqueue(text.Length > LongestTailLine ? text[..LongestTailLine] + "…" : text);
                line(digest, text);
            }

            (Lines, Errors) = (new LineSplitter(Keep), new LineSplitter(Keep));
        }

        public Queue<string> Tail { get; } = new();

        public LineSplitter Lines { get; }

        public LineSplitter Errors { get; }
    }
}
