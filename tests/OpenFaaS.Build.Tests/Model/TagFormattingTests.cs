using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Tests.Model;

[TestClass]
public sealed class TagFormattingTests
{
    [TestMethod]
    [DataRow("ex/f:1", TagFormat.Sha, "abc", "1-abc")]
    [DataRow("ex/f", TagFormat.Sha, "abc", "latest-abc")]
    [DataRow("reg:5000/ex/f", TagFormat.Sha, "abc", "latest-abc")]
    [DataRow("ex/f:1", TagFormat.Branch, "feature/x-abc", "1-feature-x-abc")]
    [DataRow("ex/f:1", TagFormat.Branch, "a b\\c:d@e\n-abc", "1-a-b-c-d-e--abc")]
    [DataRow("ex/f:1", TagFormat.Describe, "v1.0+build_2", "1-v1.0-build_2")]
    [DataRow("ex/f:1", TagFormat.Describe, "😀é", "1---")]
    [DataRow("ex/f:1", TagFormat.Digest, "0123", "0123")]
    public void Apply_Text_GivesATag(string name, TagFormat format, string text, string expected)
    {
        var tag = Assert.ContainsSingle(TagFormatting.Apply([Parse(name)], format, text)).Tag;

        Assert.AreEqual(expected, tag);
        Assert.IsTrue(ImageReference.IsTag(tag));
    }

    [TestMethod]
    public void Apply_Latest_ChangesNothing()
    {
        ImageReference[] names = [Parse("ex/f:1"), Parse("ex/f:2")];

        Assert.AreSame(names, TagFormatting.Apply(names, TagFormat.Latest, null));
    }

    [TestMethod]
    public void Apply_NamesThatBecomeEqual_AreOne()
    {
        var names = TagFormatting.Apply([Parse("ex/f:1"), Parse("ex/f:1-abc"), Parse("ex/f:2")], TagFormat.Sha, "abc");

        CollectionAssert.AreEqual(new[] { Parse("ex/f:1-abc"), Parse("ex/f:2") }, names.ToArray());
    }

    [TestMethod]
    public void Apply_LongestTag_IsTaken() =>
        Assert.AreEqual(128, TagFormatting.Apply([Parse("ex/f:1")], TagFormat.Branch, new string('a', 126))[0].Tag!.Length);

    [TestMethod]
    [DataRow(127)]
    [DataRow(100_000)]
    public void Apply_LongerTag_IsAShortError(int length)
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => TagFormatting.Apply([Parse("ex/f:1")], TagFormat.Branch, new string('a', length)));

        Assert.AreEqual(VersionControlDiagnostics.TagTooLong, error.Diagnostics[0].Descriptor);
        Assert.IsLessThan(600, error.Diagnostics[0].Message.Length);
    }

    private static ImageReference Parse(string text) =>
        ImageReference.TryParse(text, out var reference) ? reference : throw new ArgumentException(text);
}
