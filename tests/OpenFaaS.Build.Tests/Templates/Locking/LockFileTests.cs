using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Templates.Locking;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Templates.Locking;

[TestClass]
public sealed class LockFileTests(TestContext context)
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private static readonly Digest One = Digest.Of("one"u8);
    private static readonly Digest Two = Digest.Of("two"u8);

    private string LockPath => Path.Combine(context.Folder(), LockFile.FileName);

    [TestMethod]
    public async Task Write_Document_IsSortedAndReadsBack()
    {
        var file = LockFile.Empty with
        {
            Templates = LockFile.Empty.Templates
                .Add("python3-http@v1.0", new LockedTemplate("https://example.com/t", "v1.0", Commit, One))
                .Add("Z", new LockedTemplate("nuget:Acme.Templates/1.0.0", null, null, Two))
                .Add("a", new LockedTemplate("../templates/<ä>", null, null, One)),
            Images = LockFile.Empty.Images.Add("docker.io/library/busybox:1", Two).Add("a/b", One),
        };

        File.WriteAllBytes(LockPath, file.Write());
        var text = File.ReadAllText(LockPath);

        Assert.AreEqual($$"""
            {
              "version": 1,
              "templates": {
                "Z": {
                  "source": "nuget:Acme.Templates/1.0.0",
                  "tree": "{{Two}}"
                },
                "a": {
                  "source": "../templates/<ä>",
                  "tree": "{{One}}"
                },
                "python3-http@v1.0": {
                  "source": "https://example.com/t",
                  "ref": "v1.0",
                  "commit": "{{Commit}}",
                  "tree": "{{One}}"
                }
              },
              "images": {
                "a/b": "{{One}}",
                "docker.io/library/busybox:1": "{{Two}}"
              }
            }

            """.ReplaceLineEndings("\n"), text);
        CollectionAssert.AreEqual(File.ReadAllBytes(LockPath), (await LockFile.ReadAsync(LockPath, context.CancellationToken))!.Write());
    }

    [TestMethod]
    public async Task Read_NoLockPathIsNull() => Assert.IsNull(await LockFile.ReadAsync(LockPath, context.CancellationToken));

    [TestMethod]
    public async Task Read_OnlyVersion_IsEmpty()
    {
        File.WriteAllText(LockPath, "{ \"version\": 1 }");

        Assert.AreSequenceEqual(LockFile.Empty.Write(), (await LockFile.ReadAsync(LockPath, context.CancellationToken))!.Write());
    }

    [TestMethod]
    [DataRow("", 1, 1, "it is no JSON")]
    [DataRow("[]", 1, 1, "$: expected an object")]
    [DataRow("{}", 1, 1, "expected version 1")]
    [DataRow("{\"version\": 2}", 1, 1, "expected version 1")]
    [DataRow("{\"version\": \"1\"}", 1, 13, "$.version: expected a whole number")]
    [DataRow("{\"version\": 1,\n  \"extra\": {}}", 2, 12, "$.extra: the name is unknown")]
    [DataRow("{\"version\": 1, \"images\": {},\n \"images\": {}}", 2, 12, "the name is there twice")]
    [DataRow("{\"version\": 1,\n\"templates\": {\n\"a@1\": {\"source\": \"x\"}}}", 3, 8, "$.templates['a@1']: it has no tree")]
    [DataRow("{\"version\": 1, \"templates\": {\"a\": {\"tree\": \"sha256:00\", \"source\": \"x\"}}}", 1, 44, "$.templates.a.tree: expected sha256:")]
    [DataRow("{\"version\": 1, \"templates\": {\"a\": {\"commit\": \"abc\"}}}", 1, 46, "$.templates.a.commit: expected 40 or 64 hex digits")]
    [DataRow("{\"version\": 1, \"templates\": {\"a\": {\"sha\": \"abc\"}}}", 1, 43, "$.templates.a.sha: the name is unknown")]
    [DataRow("{\"version\": 1, \"images\": {\"A B\": \"sha256:0\"}}", 1, 34, "no image reference")]
    [DataRow("{\"version\": 1, \"images\": {\"a\": \"sha256:0\"}}", 1, 32, "expected sha256:")]
    [DataRow("{\"version\": 1,\n<<<<<<< HEAD\n}", 2, 1, "it is no JSON")]
    [DataRow("{\"version\": 1, \"images\": {\"a\": {\"a\": {\"a\": {\"a\": {\"a\": {\"a\": {\"a\": {}}}}}}}}}", 1, 68, "nested deeper than 8")]
    public async Task Read_Malformed_TellsWhereAndWhat(string text, int line, int column, string expected)
    {
        File.WriteAllText(LockPath, text);

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => LockFile.ReadAsync(LockPath, context.CancellationToken));

        var diagnostic = error.Diagnostics.Single();
        Assert.AreEqual("OFB6140", diagnostic.Descriptor.Code);
        Assert.Contains(expected, diagnostic.Message);
        Assert.AreEqual(new SourceLocation(LockPath, line, column), diagnostic.Location);
    }

    [TestMethod]
    public async Task Read_TooLarge_IsAnError()
    {
        File.WriteAllBytes(LockPath, new byte[(4 << 20) + 1]);

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => LockFile.ReadAsync(LockPath, context.CancellationToken));

        Assert.AreEqual("OFB6140", error.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    [DataRow("https://user:canary@example.com/t")]
    [DataRow("https://canary@example.com/t")]
    [DataRow("git+https://canary@example.com/t")]
    [DataRow("HTTPS://canary@example.com/t")]
    [DataRow("http:canary@example.com/t")]
    [DataRow("https:///canary@example.com/t")]
    [DataRow("https://example.com/t?token=canary")]
    [DataRow("ssh://git:canary@example.com/t")]
    [DataRow("git:canary@example.com:t")]
    public async Task Credentials_AreNeitherWrittenNorRead(string source)
    {
        var template = new LockedTemplate(source, null, Commit, One);
        var writing = Assert.ThrowsExactly<DiagnosticException>(() => (LockFile.Empty with { Templates = LockFile.Empty.Templates.Add("a", template) }).Write());
        File.WriteAllText(LockPath, $$$"""{"version": 1, "templates": {"a": {"source": "{{{source}}}", "tree": "{{{One}}}" } } }""");
        var reading = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => LockFile.ReadAsync(LockPath, context.CancellationToken));

        foreach (var error in new[] { writing, reading })
        {
            Assert.AreEqual("OFB6145", error.Diagnostics.Single().Descriptor.Code);
            Assert.DoesNotContain("canary", error.Message);
        }
    }

    [TestMethod]
    [DataRow("https://example.com/a@b")]
    [DataRow("ssh://git@example.com/t")]
    [DataRow("git@example.com:team/t.git")]
    [DataRow("nuget:Acme/1.0.0")]
    [DataRow("../templates@home")]
    public void Write_SourceWithoutCredentials_IsWritten(string source) =>
        Assert.IsNotEmpty((LockFile.Empty with { Templates = LockFile.Empty.Templates.Add("a", new LockedTemplate(source, null, null, One)) }).Write());
}
