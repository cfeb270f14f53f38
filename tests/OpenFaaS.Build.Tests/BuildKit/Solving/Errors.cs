using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using RpcStatus = OpenFaaS.Build.BuildKit.Wire.Errors.Status;

namespace OpenFaaS.Build.Tests.BuildKit.Solving;

/// <summary>Errors of a daemon.</summary>
internal static class Errors
{
    public const string Trailer = "grpc-status-details-bin";

    /// <summary>An error as BuildKit 0.13 sends it: with details of the given types.</summary>
    public static RpcException With(string text, params (string Type, object Value)[] details) =>
        With(StatusCode.Unknown, text, details);

    public static RpcException With(StatusCode code, string text, params (string Type, object Value)[] details)
    {
        var status = new RpcStatus { Code = (int)code, Message = text };
        foreach (var (type, value) in details)
        {
            status.Details.Add(new Any { TypeUrl = type, Value = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(value)) });
        }

        return new RpcException(new Status(code, text), details.Length == 0 ? [] : new Metadata { { Trailer, status.ToByteArray() } });
    }

    public static (string Type, object Value) Source(string file, int line, string text) =>
        ("github.com/moby/buildkit/errdefs.Source+json", new
        {
            info = new { filename = file, data = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)), language = "Dockerfile" },
            ranges = new[] { new { start = new { line }, end = new { line } } },
        });

    public static (string Type, object Value) Vertex(string digest) => ("github.com/moby/buildkit/errdefs.Vertex+json", new { digest });

    public static (string Type, object Value) Exit(int code) =>
        ("github.com/moby/buildkit/frontend/gateway/pb.ExitMessage+json", new Dictionary<string, object> { ["Code"] = code });
}
