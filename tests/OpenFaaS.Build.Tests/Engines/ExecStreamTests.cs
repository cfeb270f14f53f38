using System.Buffers.Binary;
using System.Text;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Engines;

[TestClass]
public sealed class ExecStreamTests(TestContext context)
{
    [TestMethod]
    [DataRow(int.MaxValue)]
    [DataRow(1)]
    [DataRow(3)]
    public async Task Read_FramesOfAllStreams_GivesOutputAndKeepsErrors(int piece)
    {
        await using var stream = Open([.. Frame(1, "he"), .. Frame(2, "warn"), .. Frame(1, ""), .. Frame(3, "ing"), .. Frame(1, "llo")], piece);
        using var reader = new StreamReader(stream);

        Assert.AreEqual("hello", await reader.ReadToEndAsync(context.CancellationToken));
        Assert.AreEqual("warning", stream.Error);
    }

    [TestMethod]
    public async Task Read_LongError_KeepsItsEnd()
    {
        await using var stream = Open([.. Frame(2, new string('y', 100_000)), .. Frame(2, "last")], int.MaxValue);

        Assert.AreEqual(0, await stream.ReadAsync(new byte[10], context.CancellationToken));
        Assert.AreEqual(new string('y', 4092) + "last", stream.Error);
    }

    [TestMethod]
    [DataRow(4)]
    [DataRow(9)]
    public async Task Read_CutWithinAFrame_IsAnError(int length)
    {
        await using var stream = Open(Frame(1, "hello")[..length], int.MaxValue);

        await Assert.ThrowsExactlyAsync<EndOfStreamException>(async () => await stream.CopyToAsync(Stream.Null, context.CancellationToken));
    }

    [TestMethod]
    [DataRow("HTTP/1.1 200 OK")]
    [DataRow("\u0001\0\0\u0001\0\0\0\u0001a")]
    [DataRow("\u0004\0\0\0\0\0\0\u0001a")]
    [DataRow("\u0001\0\0\0\u007f\0\0\0a")]
    public async Task Read_NoFrames_IsAnError(string text)
    {
        await using var stream = Open(Encoding.UTF8.GetBytes(text), int.MaxValue);

        await Assert.ThrowsExactlyAsync<InvalidDataException>(async () => await stream.ReadExactlyAsync(new byte[10], context.CancellationToken));
    }

    [TestMethod]
    public async Task Write_Bytes_ReachTheCommandAsTheyAre()
    {
        var connection = new DuplexDouble([]);
        await using var stream = new ExecStream(connection);

        await stream.WriteAsync("hello"u8.ToArray(), context.CancellationToken);
        await stream.CompleteWritesAsync(context.CancellationToken);

        Assert.AreEqual("hello", Encoding.UTF8.GetString(connection.Written));
        Assert.IsTrue(connection.IsCompleted);
    }

    private static ExecStream Open(byte[] bytes, int piece) => new(new DuplexDouble(bytes, piece));

    private static byte[] Frame(byte stream, string text)
    {
        var frame = new byte[8 + text.Length];
        frame[0] = stream;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), text.Length);
        Encoding.UTF8.GetBytes(text, frame.AsSpan(8));
        return frame;
    }
}
