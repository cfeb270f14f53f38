using OpenFaaS.Build.Yaml;

namespace OpenFaaS.Build.Tests.Yaml;

[TestClass]
public sealed class YamlReaderTests
{
    [TestMethod]
    [DataRow("", "")]
    [DataRow("# nothing\n", "")]
    [DataRow("---\n", "~")]
    [DataRow("a: 010\nb: 1.50\nc: on\nd: 2024-01-02\n", "{a: 010, b: 1.50, c: on, d: 2024-01-02}")]
    [DataRow("a:\nb: ~\nc: null\nd: 'null'\ne: \"\"\n", "{a: ~, b: ~, c: ~, d: 'null', e: ''}")]
    [DataRow("a: [x, {y: z}]\n", "{a: [x, {y: z}]}")]
    [DataRow("- |\n  one\n  two\n", "['one\ntwo\n']")]
    [DataRow("1: a\n", "{1: a}")]
    [DataRow("a: !!str 1\nb: ! 2\nc: !!int 3\nd: !!map {}\ne: !!seq []\n", "{a: '1', b: '2', c: 3, d: {}, e: []}")]
    [DataRow("a: 1\n---\nb: [\n", "{a: 1}")]
    [DataRow("a: &x 1\nb: *x\n", "{a: 1, b: 1}")]
    [DataRow("a: &x 1\nb: &x 2\nc: *x\n", "{a: 1, b: 2, c: 2}")]
    [DataRow("a: &k key\n*k : v\n", "{a: key, key: v}")]
    public void Read_Document_GivesNodes(string yaml, string expected) => Assert.AreEqual(expected, YamlSample.Write(YamlSample.Read(yaml)));

    [TestMethod]
    [DataRow("{<<: {a: 1, b: 2}, b: 3}", "{b: 3, a: 1}")]
    [DataRow("{b: 3, <<: {a: 1, b: 2}}", "{b: 3, a: 1}")]
    [DataRow("{<<: [{a: 1}, {a: 2, b: 2}]}", "{a: 1, b: 2}")]
    [DataRow("{<<: {a: {x: 1}}, a: {y: 2}}", "{a: {y: 2}}")]
    [DataRow("{<<: {<<: {a: 1}, b: 2}}", "{b: 2, a: 1}")]
    [DataRow("{<<: []}", "{}")]
    [DataRow("{'<<': {a: 1}}", "{<<: {a: 1}}")]
    public void Read_MergeKey_IsShallowAndOwnKeysWin(string yaml, string expected) => Assert.AreEqual(expected, YamlSample.Write(YamlSample.Read(yaml)));

    [TestMethod]
    [DataRow("a: 1\nb: 2\na: 3\n", "3:1 a.yaml: the key 'a' is there twice. None.")]
    [DataRow("a: 1\n'a': 3\n", "2:1 a.yaml: the key 'a' is there twice. None.")]
    [DataRow("{<<: {a: 1}, <<: {b: 1}}", "1:14 a.yaml: the key '<<' is there twice. None.")]
    [DataRow("? [a]\n: b\n", "1:3 a.yaml: a key is not a scalar. None.")]
    [DataRow("a:\n  <<: text\n", "2:7 a.yaml: '<<' takes a mapping or a sequence of mappings. None.")]
    [DataRow("<<: [{a: 1}, 2]\n", "1:14 a.yaml: '<<' takes a mapping or a sequence of mappings. None.")]
    [DataRow("<<:\n", "1:4 a.yaml: '<<' takes a mapping or a sequence of mappings. None.")]
    [DataRow("a: 1\nb: *no\n", "2:4 a.yaml: there is no anchor 'no' before this alias. None.")]
    [DataRow("a: !local x\n", "1:4 a.yaml: it has a tag that is not supported here. None.")]
    [DataRow("a: !!map x\n", "1:4 a.yaml: it has a tag that is not supported here. None.")]
    public void Read_Malformed_IsErrorWithPlace(string yaml, string expected) => Assert.AreEqual(expected, YamlSample.Error(yaml));

    [TestMethod]
    public void Read_Nodes_KnowTheirPlaces()
    {
        var root = (YamlMapping)YamlSample.Read("# ä😀\na: x\nb:\n  - \"y\"\n")!;

        Assert.AreEqual((2, 1), (root.Entries[0].KeyAt.Line, root.Entries[0].KeyAt.Column));
        Assert.AreEqual((2, 4), (root.Entries[0].Value.At.Line, root.Entries[0].Value.At.Column));
        var item = ((YamlSequence)root.Entries[1].Value).Items[0];
        Assert.AreEqual((4, 5), (item.At.Line, item.At.Column));
    }

    [TestMethod]
    public void Locate_RewrittenText_GivesPlacesOfTheFile()
    {
        var text = new YamlText("f", "a\nbcd\r\nef").Rewritten("XXXef", offset => offset < 3 ? 2 : offset + 4);

        Assert.AreEqual("2:1 3:1 3:2", string.Join(' ', new[] { 1, 3, 4 }.Select(offset => text.Locate(offset)).Select(at => $"{at.Line}:{at.Column}")));
    }
}
