using System.Text;
using OpenFaaS.Build.BuildKit.Connections.Headers;

namespace OpenFaaS.Build.Tests.BuildKit.Connections;

[TestClass]
public sealed class HeaderBlockTests
{
    [TestMethod]
    public void Split_JoinedValues_AreOneFieldEach() =>
        CollectionAssert.AreEqual(
            (byte[])[0x83, .. Field("a", "1"), .. Field("name", "/x/One"), .. Field("name", "/x/Two"), .. Field("name", "/x/Three"), .. Field("te", "trailers")],
            HeaderBlock.Split([0x83, .. Field("a", "1"), .. Field("name", "/x/One, /x/Two, /x/Three"), .. Field("te", "trailers")], "name"u8));

    [TestMethod]
    [DataRow(126)]
    [DataRow(127)]
    [DataRow(128)]
    [DataRow(255)]
    [DataRow(300)]
    [DataRow(5000)]
    public void Split_LengthsAroundThePrefix_AreRight(int length)
    {
        var (one, two) = (new string('x', length), new string('y', length));

        CollectionAssert.AreEqual((byte[])[.. Field("name", one), .. Field("name", two)], HeaderBlock.Split(Field("name", $"{one}, {two}"), "name"u8));
    }

    [TestMethod]
    [DataRow("name", "one")]
    [DataRow("name", "one,two")]
    [DataRow("other", "one, two")]
    [DataRow("names", "one, two")]
    public void Split_NothingToSplit_IsNull(string name, string value) => Assert.IsNull(HeaderBlock.Split(Field(name, value), "name"u8));

    [TestMethod]
    public void Split_FieldThatEntersTheTable_IsLeftAlone() => Assert.IsNull(HeaderBlock.Split([0x40, .. Field("name", "a, b")[1..]], "name"u8));

    [TestMethod]
    public void Split_FieldThatNeverEntersTheTable_KeepsItsKind() =>
        CollectionAssert.AreEqual(
            (byte[])[0x10, .. Field("name", "a")[1..], 0x10, .. Field("name", "b")[1..]], HeaderBlock.Split([0x10, .. Field("name", "a, b")[1..]], "name"u8));

    [TestMethod]
    public void Split_FieldsOfAllKindsBefore_AreSkipped()
    {
        // An indexed field with a long index, a new table size, and literals with the name from the table.
        byte[] before = [0xff, 0x01, 0x3f, 0xe1, 0x1f, 0x41, 1, (byte)'h', 0x0f, 0x2b, 1, (byte)'u', 0x01, 0x82, 0xaa, 0xbb];

        CollectionAssert.AreEqual((byte[])[.. before, .. Field("name", "a"), .. Field("name", "b")], HeaderBlock.Split([.. before, .. Field("name", "a, b")], "name"u8));
    }

    [TestMethod]
    public void Split_BlockCutAnywhere_IsLeftAlone()
    {
        byte[] block = [0x83, 0x0f, 0x2b, 1, (byte)'u', .. Field("name", "a, b")];
        for (var length = 0; length < block.Length; length++)
        {
            Assert.IsNull(HeaderBlock.Split(block.AsSpan(0, length), "name"u8), $"{length}");
        }
    }

    [TestMethod]
    public void Split_RandomBytes_NeverThrows()
    {
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var block = new byte[random.Next(40)];
            random.NextBytes(block);
            HeaderBlock.Split(block, "name"u8);
        }
    }

    private static byte[] Field(string name, string value) => [0, .. Text(name), .. Text(value)];

    private static byte[] Text(string text)
    {
        List<byte> length = [(byte)Math.Min(text.Length, 127)];
        if (text.Length >= 127)
        {
            var left = text.Length - 127;
            while (left >= 128)
            {
                length.Add((byte)((left % 128) + 128));
                left /= 128;
            }

            length.Add((byte)left);
        }

        return [.. length, .. Encoding.ASCII.GetBytes(text)];
    }
}
