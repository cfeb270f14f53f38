using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.BuildKit.Solving.Failures;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.BuildKit.Wire.Control;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.TestSupport;
using static OpenFaaS.Build.Tests.BuildKit.Solving.Messages;
using RpcStatus = OpenFaaS.Build.BuildKit.Wire.Errors.Status;

namespace OpenFaaS.Build.Tests.BuildKit.Solving;

/// <summary>Garbage of a fixed seed: whatever a daemon sends is taken without an exception.</summary>
[TestClass]
public sealed class FuzzTests
{
    private static readonly string[] Words =
    [
        "[1/2] FROM a@sha256:", "exit code: 99999999999", "\0", "\u202E", "dockerfile parse error line 99999999:", "(line 9999999)", "\r\n", "\uD800", "##vso[x]",
        "transferring ", "no SSH key", "\"\": not found", "exporter \"\" could not be found", "{0}", "\u001b[", "failed to resolve source metadata for : ", "",
    ];

    [TestMethod]
    public void Take_Case83AnyMessages_AreTaken()
    {
        var random = new Random(5400);
        for (var run = 0; run < 300; run++)
        {
            var log = new RecordingLog();
            var trace = new SolveTrace();
            var plan = Plan(log, (ProgressMode)(run % 3));
            var progress = new SolveProgress(plan, trace);
            for (var i = 0; i < 20; i++)
            {
                progress.Take(Mutated(Message(random), random));
            }

            progress.End();
            var failure = new SolveFailure(plan, progress, "unix:///x").Of(Error(random));

            Assert.HasCount(1, failure.Diagnostics);
            Assert.DoesNotContain(text => text.Any(c => c is '\0' or '\u001b' or '\n'), log.Messages);
            Assert.IsFalse(failure.Diagnostics[0].Message.Any(char.IsControl), failure.Diagnostics[0].Message);
            progress.Succeed(long.MinValue);
        }
    }

    [TestMethod]
    public void Details_AnyBytes_AreTaken()
    {
        var random = new Random(5401);
        var known = Errors.With("x", Errors.Source("Dockerfile", 3, "a\nb\nc"), Errors.Vertex("d"), Errors.Exit(7)).Trailers.Single().ValueBytes;
        var understood = 0;
        for (var run = 0; run < 20_000; run++)
        {
            byte[] bytes = [.. known];
            for (var i = random.Next(4); i >= 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var details = ErrorDetails.Of(new RpcException(new Status(StatusCode.Unknown, "x"), new Metadata { { Errors.Trailer, bytes[..random.Next(bytes.Length + 1)] } }));
            understood += details.Sources.Count;
        }

        Assert.IsGreaterThan(0, understood);
    }

    [TestMethod]
    [DataRow("[]")]
    [DataRow("null")]
    [DataRow("{\"info\":[],\"ranges\":{}}")]
    [DataRow("{\"info\":{\"filename\":7}}")]
    [DataRow("{\"info\":{\"filename\":\"\\ud800\"},\"ranges\":[null,{\"start\":[]},{\"start\":{\"line\":-1}},{\"start\":{\"line\":1e99}},{\"start\":{\"line\":99999999999}}]}")]
    [DataRow("{\"info\":{\"filename\":\"x\",\"data\":\"===\"},\"ranges\":[{\"start\":{\"line\":2}}]}")]
    [DataRow("{\"digest\":{},\"Code\":\"7\"}")]
    public void Details_JsonOfOtherShapes_SaysNothingWrong(string json)
    {
        var status = new RpcStatus();
        foreach (var type in new[] { "Source", "Vertex", "ExitMessage" })
        {
            status.Details.Add(new Any { TypeUrl = $"github.com/moby/buildkit/errdefs.{type}+json", Value = ByteString.CopyFromUtf8(json) });
        }

        var details = ErrorDetails.Of(new RpcException(new Status(StatusCode.Unknown, "x"), new Metadata { { Errors.Trailer, status.ToByteArray() } }));

        Assert.IsNull(details.Vertex);
        Assert.IsNull(details.ExitCode);
        Assert.DoesNotContain(source => source.Line < 0 || source.Text.Length > 0, details.Sources);
    }

    private static StatusResponse Message(Random random)
    {
        var message = new StatusResponse();
        for (var i = random.Next(4); i > 0; i--)
        {
            message.Vertexes.Add(new Vertex
            {
                Digest = Word(random), Name = Word(random) + Word(random), Cached = random.Next(2) == 0, Error = random.Next(2) == 0 ? "" : Word(random),
                Started = Time(random), Completed = Time(random),
            });
            message.Statuses.Add(new VertexStatus { Vertex = Word(random), Id = Word(random), Current = random.NextInt64(), Started = Time(random), Completed = Time(random) });
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            message.Logs.Add(new VertexLog { Vertex = Word(random), Stream = random.Next(4), Msg = ByteString.CopyFrom(bytes) });
            var warning = new VertexWarning { Vertex = Word(random), Short = ByteString.CopyFrom(bytes), Url = Word(random) };
            warning.Detail.Add(ByteString.CopyFromUtf8(Word(random)));
            warning.Ranges.Add(random.Next(2) == 0 ? new SourceRange() : new SourceRange { Start = new Position { Line = random.Next(-5, 5) } });
            message.Warnings.Add(warning);
        }

        return message;
    }

    /// <summary>The message with bytes changed, where that is still a message.</summary>
    private static StatusResponse Mutated(StatusResponse message, Random random)
    {
        var bytes = message.ToByteArray();
        if (bytes.Length == 0 || random.Next(2) == 0)
        {
            return message;
        }

        bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        try
        {
            return StatusResponse.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return message;
        }
    }

    private static RpcException Error(Random random) =>
        Errors.With((StatusCode)random.Next(17), Word(random) + Word(random) + Word(random), Errors.Vertex(Word(random)), Errors.Source(Word(random), random.Next(-3, 5), Word(random)));

    private static Timestamp? Time(Random random) => random.Next(3) switch
    {
        0 => null,
        1 => new Timestamp { Seconds = random.NextInt64(long.MinValue, long.MaxValue), Nanos = random.Next(int.MinValue, int.MaxValue) },
        _ => new Timestamp { Seconds = random.Next(), Nanos = random.Next(1_000_000_000) },
    };

    private static string Word(Random random) => Words[random.Next(Words.Length)];
}
