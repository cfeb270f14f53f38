using System.Text;
using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.Tests.Engines;

[TestClass]
public sealed class JsonObjectsTests(TestContext context)
{
    private const string Three = "{\"stream\":\"Step 1/2 : RUN echo \\\"}\\\" {[\\\\\"}\r\n{\"aux\":{\"ID\":[{}]}}{\"c\":3} \n";

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(1000)]
    public async Task Read_ObjectsHoweverTheyArrive_AreFoundWhole(int chunk)
    {
        var found = await ReadAsync(Three, 100, chunk);

        CollectionAssert.AreEqual(new[] { "{\"stream\":\"Step 1/2 : RUN echo \\\"}\\\" {[\\\\\"}", "{\"aux\":{\"ID\":[{}]}}", "{\"c\":3}" }, found.ToArray());
    }

    [TestMethod]
    public async Task Read_Case83CutAtEveryByte_IsAFailureOrWhole()
    {
        var text = Three.TrimEnd();
        int[] whole = [0, text.IndexOf("{\"aux", StringComparison.Ordinal) - 2, text.IndexOf("{\"aux", StringComparison.Ordinal) - 1, text.IndexOf("{\"aux", StringComparison.Ordinal), text.IndexOf("{\"c", StringComparison.Ordinal)];
        for (var length = 0; length < text.Length; length++)
        {
            if (whole.Contains(length))
            {
                await ReadAsync(text[..length], 100, 10);
                continue;
            }

            var failure = await Assert.ThrowsExactlyAsync<EngineFailedException>(() => ReadAsync(text[..length], 100, 10), $"cut after {length} bytes");
            Assert.AreEqual("its answer is cut off", failure.Message);
        }
    }

    [TestMethod]
    [DataRow("[1]")]
    [DataRow("null")]
    [DataRow("{} x")]
    [DataRow("HTTP/1.1 500")]
    public async Task Read_SomethingElse_IsAFailure(string text) => Assert.Contains(
        "no JSON object", (await Assert.ThrowsExactlyAsync<EngineFailedException>(() => ReadAsync(text, 100, 10))).Message);

    [TestMethod]
    public async Task Read_ObjectWithoutEnd_IsBounded()
    {
        var failure = await Assert.ThrowsExactlyAsync<EngineFailedException>(() => ReadAsync("{\"a\":\"" + new string('x', 5000), 1000, 100));

        Assert.Contains("longer than 1000 bytes", failure.Message);
    }

    private async Task<List<string>> ReadAsync(string text, int maximum, int chunk)
    {
        using var objects = new JsonObjects(new Dripping(Encoding.UTF8.GetBytes(text), chunk), maximum);
        List<string> found = [];
        while (await objects.ReadAsync(context.CancellationToken) is { } bytes)
        {
            found.Add(Encoding.UTF8.GetString(bytes.Span));
        }

        return found;
    }

    private sealed class Dripping(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, chunk)], cancellationToken);
    }
}
