using System.Net;
using System.Text;
using OpenFaaS.Build.BuildKit.Connections.Headers;

namespace OpenFaaS.Build.Tests.BuildKit.Connections;

[TestClass]
public sealed class RepeatedHeaderStreamTests(TestContext context)
{
    private const byte Data = 0, Headers = 1, Settings = 4, Continuation = 9;
    private const byte EndStream = 1, EndHeaders = 4, Padded = 8;

    private static readonly byte[] Greeting = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    [TestMethod]
    public async Task Write_JoinedMethods_AreSplitAndAllElseIsAsItWas()
    {
        var data = new byte[5000];
        new Random(1).NextBytes(data);
        byte[] written =
        [
            .. Greeting, .. Frame(Settings, 0, 0, [0, 2, 0, 0, 0, 0]),
            .. Frame(Headers, EndHeaders, 1, [0x83, .. Field("/a/One, /b/Two"), .. Field("x", "y, z")]),
            .. Frame(Data, EndStream, 1, data),
            .. Frame(Headers, EndHeaders | EndStream, 3, [0x83]),
        ];
        byte[] expected =
        [
            .. Greeting, .. Frame(Settings, 0, 0, [0, 2, 0, 0, 0, 0]),
            .. Frame(Headers, EndHeaders, 1, [0x83, .. Field("/a/One"), .. Field("/b/Two"), .. Field("x", "y, z")]),
            .. Frame(Data, EndStream, 1, data),
            .. Frame(Headers, EndHeaders | EndStream, 3, [0x83]),
        ];

        CollectionAssert.AreEqual(expected, await PassAsync(written));
    }

    [TestMethod]
    public async Task Write_CutAtEveryPosition_GivesTheSame()
    {
        byte[] written =
        [
            .. Greeting, .. Frame(Settings, 0, 0, [0, 2, 0, 0, 0, 0]), .. Frame(Headers, EndHeaders, 1, Field("/a/One, /b/Two")),
            .. Frame(Data, 0, 1, new byte[20]), .. Frame(Data, EndStream, 1, []), .. Frame(Headers, EndHeaders, 3, Field("/c, /d")), .. Frame(Headers, EndHeaders, 5, []),
        ];
        var expected = await PassAsync(written);
        Assert.IsGreaterThan(written.Length, expected.Length);

        for (var first = 0; first <= written.Length; first++)
        {
            for (var second = first; second <= written.Length; second += 7)
            {
                CollectionAssert.AreEqual(expected, await PassAsync(written[..first], written[first..second], written[second..]), $"{first} {second}");
            }
        }

        CollectionAssert.AreEqual(expected, await PassAsync([.. written.Select(one => new[] { one })]));
    }

    [TestMethod]
    [DataRow(EndHeaders | Padded)]
    [DataRow(0)]
    public async Task Write_HeadersOfAnotherShape_PassUntouched(int flags)
    {
        byte[] written = [.. Greeting, .. Frame(Headers, (byte)flags, 1, Field("/a/One, /b/Two")), .. Frame(Continuation, EndHeaders, 1, Field("/a/One, /b/Two"))];

        CollectionAssert.AreEqual(written, await PassAsync(written));
    }

    [TestMethod]
    public async Task Write_SomethingElseThanHttp2_PassesUntouched()
    {
        byte[] written = [.. "GET / HTTP/1.1\r\n\r\n"u8, .. Frame(Headers, EndHeaders, 1, Field("/a/One, /b/Two"))];

        CollectionAssert.AreEqual(written, await PassAsync([.. written.Select(one => new[] { one })]));
    }

    [TestMethod]
    public async Task Write_BlockThatOutgrowsItsFrame_ContinuesInAnother()
    {
        var parts = Enumerable.Range(0, 1000).Select(i => $"/method{i:d4}").ToArray();
        var block = parts.SelectMany(part => Field(part)).ToArray();

        var frames = await PassAsync([.. Greeting, .. Frame(Headers, EndHeaders | EndStream, 7, Field(string.Join(", ", parts)))]);

        byte[] expected = [.. Greeting, .. Frame(Headers, EndStream, 7, block[..16_384]), .. Frame(Continuation, 0, 7, block[16_384..32_768]), .. Frame(Continuation, EndHeaders, 7, block[32_768..])];
        CollectionAssert.AreEqual(expected, frames);
    }

    [TestMethod]
    public async Task Write_Data_IsNeitherCopiedNorCut()
    {
        var sink = new Sink();
        await using var stream = new RepeatedHeaderStream(sink);
        await stream.WriteAsync(Greeting, context.CancellationToken);
        byte[] frames = [.. Frame(Data, 0, 1, new byte[16_384]), .. Frame(Data, 0, 1, new byte[16_384])];

        await stream.WriteAsync(frames.AsMemory(0, 20_000), context.CancellationToken);
        await stream.WriteAsync(frames.AsMemory(20_000), context.CancellationToken);

        // Seen as one write each, of the caller's own memory.
        Assert.AreEqual("24 20000 12786", string.Join(' ', sink.Writes.Select(write => write.Length)));
        Assert.IsTrue(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(sink.Writes[1], out var segment) && ReferenceEquals(segment.Array, frames));
    }

    [TestMethod]
    public async Task Write_WhatDotNetsClientSends_IsSplit()
    {
        // The guard against a .NET that writes headers in another way.
        var sink = new Sink();
        using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(new RepeatedHeaderStream(sink)) });
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost/x") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Add(RepeatedHeaderStream.Name, ["/moby.filesync.v1.FileSync/DiffCopy", "/moby.filesync.v1.FileSend/DiffCopy"]);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var sending = client.SendAsync(request, cancel.Token);

        var text = "";
        for (var i = 0; i < 500 && !text.Contains("FileSend", StringComparison.Ordinal); i++)
        {
            await Task.Delay(10, context.CancellationToken);
            text = sink.Text;
        }

        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => sending);
        Assert.AreEqual(3, text.Split(RepeatedHeaderStream.Name).Length);
        Assert.DoesNotContain(", ", text, StringComparison.Ordinal);
    }

    private static byte[] Frame(byte type, byte flags, byte stream, byte[] payload) =>
        [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, stream, .. payload];

    private static byte[] Field(string value) => Field(RepeatedHeaderStream.Name, value);

    private static byte[] Field(string name, string value)
    {
        byte[] length = value.Length < 127 ? [(byte)value.Length] : [127, (byte)(((value.Length - 127) & 127) | 128), (byte)((value.Length - 127) >> 7)];
        return [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), .. length, .. Encoding.ASCII.GetBytes(value)];
    }

    private async Task<byte[]> PassAsync(params byte[][] writes)
    {
        var sink = new Sink();
        await using var stream = new RepeatedHeaderStream(sink);
        foreach (var write in writes)
        {
            await stream.WriteAsync(write, context.CancellationToken);
        }

        return [.. sink.Writes.SelectMany(write => write.ToArray())];
    }

    /// <summary>Keeps the writes, and gives nothing to read.</summary>
    private sealed class Sink : MemoryStream
    {
        private readonly Lock gate = new();

        public List<ReadOnlyMemory<byte>> Writes { get; } = [];

        public string Text
        {
            get
            {
                lock (gate)
                {
                    return string.Concat(Writes.Select(write => Encoding.Latin1.GetString(write.Span)));
                }
            }
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            lock (gate)
            {
                // The client and the stream use their buffers again; only data is kept as it came.
                Writes.Add(buffer.Length > 10_000 ? buffer : buffer.ToArray());
            }

            return ValueTask.CompletedTask;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}
