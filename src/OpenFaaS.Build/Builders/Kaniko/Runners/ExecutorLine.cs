using System.Text.Json;
using OpenFaaS.Build.BuildKit.Solving.Progress;

namespace OpenFaaS.Build.Builders.Kaniko.Runners;

/// <summary>What a line of the executor is.</summary>
internal enum ExecutorLineKind
{
    /// <summary>What a step printed, or anything else that has no form.</summary>
    Plain,

    /// <summary>An instruction that begins.</summary>
    Step,

    /// <summary>What the executor tells of its work.</summary>
    Information,

    /// <summary>Why it ends.</summary>
    Error,
}

/// <summary>One line of the executor, read. Its own are JSON (<c>{"level":"info","msg":"RUN …"}</c>), but for the last one, which is why it fails.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text, without control characters.</param>
internal sealed record ExecutorLine(ExecutorLineKind Kind, string Text)
{
    private const int LongestText = 2000;

    private static readonly string[] Keywords =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    // What it and the library of its command line put before the reason; nothing of it is JSON.
    private static readonly string[] ErrorMarks = ["error building image: ", "error pushing image: ", "error checking push permissions ", "error resolving ", "Error: ", "kaniko should only be run inside of a container"];

    /// <summary>Reads a line, whatever it holds.</summary>
    public static ExecutorLine Parse(string line)
    {
        if (Own(line) is var (level, message))
        {
            var text = OutputText.Clean(message, LongestText);
            return new ExecutorLine(level is "error" or "fatal" or "panic" ? ExecutorLineKind.Error : IsStep(text) ? ExecutorLineKind.Step : ExecutorLineKind.Information, text);
        }

        return new ExecutorLine(ErrorMarks.Any(mark => line.StartsWith(mark, StringComparison.Ordinal)) ? ExecutorLineKind.Error : ExecutorLineKind.Plain, line);
    }

    private static bool IsStep(string text) => text.IndexOf(' ', StringComparison.Ordinal) is > 0 and var end && Keywords.Contains(text[..end], StringComparer.Ordinal);

    private static (string Level, string Message)? Own(string line)
    {
        if (line is not ['{', .., '}'])
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 4 });
            return Member(document.RootElement, "level") is { } level && Member(document.RootElement, "msg") is { } message ? (level, message) : null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is valid JSON and no text.
            return null;
        }
    }

    private static string? Member(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
