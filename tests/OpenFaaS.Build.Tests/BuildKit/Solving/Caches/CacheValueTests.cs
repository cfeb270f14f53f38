using OpenFaaS.Build.BuildKit.Solving.Caches;

namespace OpenFaaS.Build.Tests.BuildKit.Solving.Caches;

[TestClass]
public sealed class CacheValueTests
{
    [TestMethod]
    [DataRow("registry.example.com/cache", "registry: ref=registry.example.com/cache")]
    [DataRow("type=inline", "inline: ")]
    [DataRow("type=registry,ref=a/b:c,mode=max", "registry: mode=max;ref=a/b:c")]
    [DataRow("mode=max,TYPE=local,Dest=/a b", "local: dest=/a b;mode=max")]
    [DataRow("""type=local,"dest=a,b" """, null)]
    [DataRow("""type=local,"dest=a,b",mode=max""", "local: dest=a,b;mode=max")]
    [DataRow("type=local,\"dest=say \"\"hi\"\"\" ", null)]
    [DataRow("type=local,\"dest=say \"\"hi\"\"\"", "local: dest=say \"hi\"")]
    [DataRow("type=s3,url=https://x/?a=b", "s3: url=https://x/?a=b")]
    [DataRow("type=future,whatever=", "future: whatever=")]
    [DataRow("", "registry: ref=")]
    [DataRow("type=local,", null)]
    [DataRow("type=local,dest", null)]
    [DataRow("type=local,=x", null)]
    [DataRow("dest=x", null)]
    [DataRow("type=,dest=x", null)]
    [DataRow("type=local,dest=a,DEST=b", null)]
    [DataRow("type=local,type=s3", null)]
    [DataRow("type=local,dest=a\"b", null)]
    [DataRow("type=local,\"dest=a", null)]
    [DataRow("a,b", null)]
    [DataRow("type=local,dest=a\nb", null)]
    public void Parse_Text_IsTypeAndAttributes(string text, string? expected)
    {
        if (expected is null)
        {
            Assert.ThrowsExactly<FormatException>(() => CacheValue.Parse(text));
            return;
        }

        var value = CacheValue.Parse(text);
        Assert.AreEqual(expected, $"{value.Type}: {string.Join(';', value.Attributes.Select(attribute => $"{attribute.Key}={attribute.Value}"))}");
    }

    [TestMethod]
    public void Parse_SecretInMalformedText_IsNotRepeated()
    {
        var failure = Assert.ThrowsExactly<FormatException>(() => CacheValue.Parse("type=s3,secret_access_key=hunter2,hunter3"));

        Assert.DoesNotContain("hunter", failure.Message);
    }

    [TestMethod]
    public void Parse_HugeText_IsRefused() => Assert.ThrowsExactly<FormatException>(() => CacheValue.Parse("type=local,dest=" + new string('x', 1 << 20)));
}
