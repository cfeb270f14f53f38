using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using RpcStatus = OpenFaaS.Build.BuildKit.Wire.Errors.Status;

namespace OpenFaaS.Build.BuildKit.Solving.Failures;

/// <summary>What a daemon says of an error beside its text; nothing of it need be there (BuildKit in Docker 20.10 sends none), and nothing of it is trusted.</summary>
/// <param name="Sources">Places in files that the build reads, innermost first.</param>
/// <param name="Vertex">Digest of the failed step.</param>
/// <param name="ExitCode">Exit code of the failed step.</param>
internal sealed record ErrorDetails(IReadOnlyList<SourcePlace> Sources, string? Vertex, long? ExitCode)
{
    private const string Trailer = "grpc-status-details-bin";
    private const int MostBytes = 4 << 20;
    private const int MostDetails = 64;

    private static readonly ErrorDetails None = new([], null, null);
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16 };

    /// <summary>Reads the details of an error; what cannot be understood is left out.</summary>
    public static ErrorDetails Of(RpcException error)
    {
        if (error.Trailers.FirstOrDefault(entry => entry.IsBinary && entry.Key == Trailer) is not { } entry || entry.ValueBytes.Length > MostBytes)
        {
            return None;
        }

        try
        {
            return Of(RpcStatus.Parser.ParseFrom(entry.ValueBytes).Details);
        }
        catch (InvalidProtocolBufferException)
        {
            return None;
        }
    }

    private static ErrorDetails Of(IEnumerable<Any> details)
    {
        List<SourcePlace> sources = [];
        string? vertex = null;
        long? exit = null;
        foreach (var detail in details.Take(MostDetails))
        {
            // The values are JSON, whatever the type says elsewhere: github.com/moby/buildkit/errdefs.Source+json
            var kind = detail.TypeUrl.Split('/')[^1];
            if (!kind.EndsWith("+json", StringComparison.Ordinal) || Parse(detail.Value) is not { } document)
            {
                continue;
            }

            using (document)
            {
                switch (kind[(kind.LastIndexOf('.') + 1)..^"+json".Length])
                {
                    case "Source" when SourcePlace.Of(document.RootElement) is { } place:
                        sources.Add(place);
                        break;
                    case "Vertex":
                        vertex = JsonFields.Text(document.RootElement, "digest") ?? vertex;
                        break;
                    case "ExitMessage":
                        exit = JsonFields.Number(document.RootElement, "code") ?? exit;
                        break;
                }
            }
        }

        return new ErrorDetails(sources, vertex, exit);
    }

    private static JsonDocument? Parse(ByteString json)
    {
        try
        {
            return JsonDocument.Parse(json.Memory, Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
