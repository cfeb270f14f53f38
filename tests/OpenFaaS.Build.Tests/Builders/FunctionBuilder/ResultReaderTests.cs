using System.Text;
using OpenFaaS.Build.Builders.FunctionBuilder.Results;

namespace OpenFaaS.Build.Tests.Builders.FunctionBuilder;

[TestClass]
public sealed class ResultReaderTests
{
    private const string Stream =
        "{\"log\":[\"v: 2026-01-01T00:00:00Z [1/2] FROM x\",\"l: 2026-01-01T00:00:00Z caf\\u00e9 \\\"q\\\" \uD83D\uDE00\"],\"image\":\"r/i:t\",\"status\":\"in_progress\"}\r\n"
        + "{ \"status\" : \"in_progress\", \"log\" : [ ] }\n"
        + "{\"log\":null,\"status\":\"success\",\"duration\":1.5,\"more\":{\"status\":\"x\",\"list\":[1,true]}}\n";

    private readonly List<string> lines = [];

    [TestMethod]
    public void Take_ChunksOfAnySize_GivesTheSame()
    {
        var bytes = Encoding.UTF8.GetBytes(Stream);
        for (var size = 1; size <= bytes.Length; size++)
        {
            lines.Clear();
            var reader = new ResultReader(lines.Add);
            foreach (var chunk in bytes.Chunk(size))
            {
                reader.Take(chunk);
            }

            Assert.AreEqual("success", reader.Status);
            Assert.IsTrue(reader.IsComplete);
            CollectionAssert.AreEqual(new[] { "v: 2026-01-01T00:00:00Z [1/2] FROM x", "l: 2026-01-01T00:00:00Z café \"q\" \uD83D\uDE00" }, lines);
        }
    }

    [TestMethod]
    public void Take_EveryPrefix_IsNoSuccess()
    {
        var bytes = Encoding.UTF8.GetBytes(Stream.TrimEnd());
        for (var length = 0; length < bytes.Length; length++)
        {
            var reader = new ResultReader(lines.Add);
            reader.Take(bytes.AsSpan(0, length));

            Assert.IsFalse(reader.IsComplete && reader.Status == "success", $"{length} bytes");
        }
    }

    [TestMethod]
    [DataRow("x")]
    [DataRow("\\u00e9")]
    [DataRow("\uD83D\uDE00")]
    [DataRow("\\ud83d\\ude00")]
    [DataRow("\\\\")]
    [DataRow("\\\"")]
    public void Take_StringOfTenMegabytes_IsCutAndTheRestRead(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 10_000_000 / unit.Length));
        foreach (var shift in new[] { "", "a", "ab", "abc" })
        {
            lines.Clear();
            var reader = new ResultReader(lines.Add);

            reader.Take(Encoding.UTF8.GetBytes($"{{\"log\":[\"{shift}{text}\",\"next\"],\"error\":\"{shift}{text}\",\"status\":\"success\"}}\n"));

            Assert.AreEqual("success", reader.Status);
            Assert.IsTrue(reader.IsComplete);
            Assert.AreEqual("next", lines[1]);

            // An escape sequence that has begun is read to its end.
            Assert.IsInRange(1000, (8 * 1024) + 8, lines[0].Length);
        }
    }

    [TestMethod]
    public void Take_MillionsOfLinesInOneObject_NeedLittleMemory()
    {
        var count = 0;
        var reader = new ResultReader(_ => count++);
        var part = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("\"a line of the log\",", 10_000)));
        reader.Take("{\"log\":["u8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            reader.Take(part);
        }

        // What is given to the log is garbage at once; nothing else is made.
        Assert.IsLessThan(100_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
        reader.Take("\"end\"],\"status\":\"failed\",\"error\":\"why\"}"u8);
        Assert.AreEqual(1_000_001, count);
        Assert.AreEqual("failed", reader.Status);
        Assert.AreEqual("why", reader.Error);
    }

    [TestMethod]
    [DataRow("<html>")]
    [DataRow("[]")]
    [DataRow("\"success\"")]
    [DataRow("{\"status\":\"success\"}}")]
    [DataRow("{\"status\":\"suc\\xess\"}")]
    [DataRow("{\"a\":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}")]
    public void Take_OtherThanObjects_IsMalformed(string text) =>
        Assert.ThrowsExactly<ResultFormatException>(() => new ResultReader(lines.Add).Take(Encoding.UTF8.GetBytes(text)));

    [TestMethod]
    public void Take_NumberWithoutEnd_IsMalformed()
    {
        var reader = new ResultReader(lines.Add);
        reader.Take("{\"duration\":"u8);

        Assert.ThrowsExactly<ResultFormatException>(() => reader.Take(Encoding.ASCII.GetBytes(new string('1', 200_000))));
    }

    [TestMethod]
    public void Take_SpaceWithoutEnd_IsNothing()
    {
        var reader = new ResultReader(lines.Add);

        reader.Take(Encoding.ASCII.GetBytes("{\"status\":\"success\"," + new string(' ', 1_000_000) + "\"log\":[]}" + new string('\n', 1_000_000)));

        Assert.AreEqual("success", reader.Status);
        Assert.IsTrue(reader.IsComplete);
    }

    [TestMethod]
    public void Take_BytesThatAreNoText_AreShownSomehow()
    {
        var reader = new ResultReader(lines.Add);

        reader.Take([.. "{\"log\":[\""u8, 0xFF, 0xC3, .. "\",\"\\ud800\"],\"status\":\"success\"}"u8]);

        Assert.HasCount(2, lines);
        Assert.AreEqual("success", reader.Status);
    }
}
