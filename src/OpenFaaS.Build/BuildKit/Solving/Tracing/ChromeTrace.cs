using System.Text.Json;

namespace OpenFaaS.Build.BuildKit.Solving.Tracing;

/// <summary>The Chrome trace format (<c>{"traceEvents":[…]}</c>), which Perfetto and browsers open. A function is a process, steps that run at once are its threads.</summary>
internal static class ChromeTrace
{
    private const int RootThread = 0;

    /// <summary>The bytes of the file.</summary>
    public static byte[] Write(IReadOnlyList<TraceFunction> functions)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("displayTimeUnit", "ms");
            json.WriteStartArray("traceEvents");
            for (var process = 1; process <= functions.Count; process++)
            {
                Write(json, functions[process - 1], process);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter json, TraceFunction function, int process)
    {
        json.WriteStartObject();
        json.WriteString("name", "process_name");
        json.WriteString("ph", "M");
        json.WriteNumber("pid", process);
        json.WriteStartObject("args");
        json.WriteString("name", function.Name);
        json.WriteEndObject();
        json.WriteEndObject();
        Event(json, function.Name, "function", (process, RootThread), function.Started, function.Completed, null);

        // Viewers nest what overlaps within a thread, so each step takes the first thread that is free.
        List<DateTimeOffset> busy = [];
        foreach (var span in function.Spans)
        {
            var thread = busy.FindIndex(end => end <= span.Started);
            if (thread < 0)
            {
                thread = busy.Count;
                busy.Add(span.Completed);
            }

            busy[thread] = span.Completed;
            Event(json, span.Name, "step", (process, thread + 1), span.Started, span.Completed, span);
        }
    }

    private static void Event(
        Utf8JsonWriter json, string name, string category, (int Process, int Thread) place, DateTimeOffset started, DateTimeOffset completed, TraceSpan? step)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("cat", category);
        json.WriteString("ph", "X");
        json.WriteNumber("ts", Microseconds(started - DateTimeOffset.UnixEpoch));
        json.WriteNumber("dur", Microseconds(completed - started));
        json.WriteNumber("pid", place.Process);
        json.WriteNumber("tid", place.Thread);
        json.WriteStartObject("args");
        if (step is not null)
        {
            json.WriteString("digest", step.Digest);
            json.WriteBoolean("cached", step.Cached);
            if (step.Error.Length > 0)
            {
                json.WriteString("error", step.Error);
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static decimal Microseconds(TimeSpan time) => time.Ticks / (decimal)TimeSpan.TicksPerMicrosecond;
}
