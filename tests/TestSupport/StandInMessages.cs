using System.Text;

namespace OpenFaaS.Build.TestSupport;

/// <summary>A request as a stand-in server read it.</summary>
public sealed record StandInRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Path => Target.Split('?')[0];

    public string Query => Target.Split('?', 2) is [_, var query] ? query : "";

    public string? Authorization => Headers.GetValueOrDefault("authorization");

    /// <summary>One of the request kinds of the fault catalogue.</summary>
    public string Kind => (Method, Path) switch
    {
        ("GET", "/v2/") => "ping",
        (_, "/token") => "token",
        ("POST", _) when Query.Contains("mount=", StringComparison.Ordinal) => "mount",
        (_, var path) when path.Contains("/manifests/", StringComparison.Ordinal) => Method + " manifest",
        (_, var path) when path.Contains("/blobs/uploads/", StringComparison.Ordinal) => Method + " upload",
        (_, var path) when path.Contains("/blobs/", StringComparison.Ordinal) => Method + " blob",
        _ => Method + " " + Path,
    };
}

/// <summary>How a stand-in server marks the end of a body.</summary>
public enum StandInFraming
{
    ContentLength,
    Chunked,
    Close,
}

/// <summary>What a stand-in server answers.</summary>
public sealed record StandInReply(int Status, byte[] Body, params (string Name, string Value)[] Headers)
{
    public StandInReply(int status, string body = "", params (string Name, string Value)[] headers)
        : this(status, Encoding.UTF8.GetBytes(body), headers)
    {
    }

    public StandInFraming Framing { get; init; }

    /// <summary>The connection is cut after so many bytes of the body.</summary>
    public int? CutAt { get; init; }

    /// <summary>The length to claim, where it is not the body's.</summary>
    public long? ClaimedLength { get; init; }

    /// <summary>Nothing at all is sent, and the connection stays open.</summary>
    public bool Silent { get; init; }

    /// <summary>Nothing more is sent after the headers, and the connection stays open.</summary>
    public bool Stalls { get; init; }
}
