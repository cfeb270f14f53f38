using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.BuildKit.Wire.Control;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Tests.BuildKit.Solving;

/// <summary>Messages of a daemon, in short.</summary>
internal static class Messages
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static string Digest(char digit) => "sha256:" + new string(digit, 64);

    public static Vertex Step(char digit, string name, double? started = null, double? completed = null, bool cached = false, string error = "") => new()
    {
        Digest = Digest(digit),
        Name = name,
        Started = At(started),
        Completed = At(completed),
        Cached = cached,
        Error = error,
    };

    public static Timestamp? At(double? seconds) => seconds is { } offset ? Timestamp.FromDateTimeOffset(Start.AddSeconds(offset)) : null;

    public static VertexLog Log(char digit, string text, int stream = 1) => new() { Vertex = Digest(digit), Stream = stream, Msg = ByteString.CopyFromUtf8(text) };

    public static StatusResponse With(params Vertex[] steps)
    {
        var message = new StatusResponse();
        message.Vertexes.Add(steps);
        return message;
    }

    public static StatusResponse With(params VertexLog[] logs)
    {
        var message = new StatusResponse();
        message.Logs.Add(logs);
        return message;
    }

    public static StatusResponse With(params VertexWarning[] warnings)
    {
        var message = new StatusResponse();
        message.Warnings.Add(warnings);
        return message;
    }

    public static SolvePlan Plan(IBuildLog log, ProgressMode progress = ProgressMode.Auto, SolveExporter? exporter = null, string? filename = null) => new()
    {
        FrontendAttributes = filename is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["filename"] = filename },
        Exporter = exporter,
        Session = new SessionContent { SharedKey = "key", Log = log },
        DockerfilePath = "/src/hello/Dockerfile",
        Progress = progress,
    };
}
