using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Templates.Sources;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Templates.Sources;

[TestClass]
public sealed class TemplateSourceTests(TestContext context)
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    [TestMethod]
    [DataRow("git+https://example.com/a/b.git#v1", "https://example.com/a/b.git", "v1")]
    [DataRow("https://example.com/a/b", "https://example.com/a/b", null)]
    [DataRow("HTTPS://EXAMPLE.com/A/b#feat/x+y_1.0", "https://example.com/A/b", "feat/x+y_1.0")]
    [DataRow("git+ssh://git@example.com:2222/a.git#main", "ssh://git@example.com:2222/a.git", "main")]
    [DataRow("ssh://example.com/a.git", "ssh://example.com/a.git", null)]
    [DataRow("git@example.com:a/b.git#1.2.3", "git@example.com:a/b.git", "1.2.3")]
    [DataRow("http://127.0.0.1:8080/a#" + Commit, "http://127.0.0.1:8080/a", Commit)]
    [DataRow("http://[::1]/a#sha-0123456", "http://[::1]/a", "sha-0123456")]
    public void Parse_GitAddress_IsSplit(string text, string url, string? reference) =>
        Assert.AreEqual(new GitSource(url, reference), TemplateSource.Parse(text, context.Folder()));

    [TestMethod]
    public void Parse_Folder_IsRelativeToTheBase()
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "own#1")).FullName;

        Assert.AreEqual(new FolderSource(folder), TemplateSource.Parse("own#1", context.Folder()));
        Assert.AreEqual(new FolderSource(folder), TemplateSource.Parse("./own#1", context.Folder()));
    }

    [TestMethod]
    public void Parse_FolderWithRef_IsARepository()
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "own")).FullName;

        Assert.AreEqual(new GitSource(folder, "v1"), TemplateSource.Parse("own#v1", context.Folder()));
        Assert.AreEqual(new GitSource(folder, "v1"), TemplateSource.Parse($"git+file://{folder}#v1", context.Folder()));
        Assert.AreEqual(new GitSource(folder, null), TemplateSource.Parse($"git+file://{folder}", context.Folder()));
    }

    [TestMethod]
    [DataRow("nuget:Acme.Templates/1.2.3", "Acme.Templates", "1.2.3")]
    [DataRow("nuget:acme/1.0.0-beta.1", "acme", "1.0.0-beta.1")]
    public void Parse_Package_HasIdAndVersion(string text, string id, string version) =>
        Assert.AreEqual(new PackageSource(id, version), TemplateSource.Parse(text, context.Folder()));

    [TestMethod]
    [DataRow("nuget:acme")]
    [DataRow("nuget:acme/")]
    [DataRow("nuget:acme/1.*")]
    [DataRow("nuget:acme/[1.0,2.0)")]
    [DataRow("nuget:../acme/1.0.0")]
    [DataRow("nuget:ac me/1.0.0")]
    public void Parse_MalformedPackage_IsAnError(string text) => AssertRefused(text, "OFB6105");

    [TestMethod]
    [DataRow("nowhere")]
    [DataRow("nowhere#v1")]
    [DataRow("host:path")]
    public void Parse_MissingFolder_IsAnError(string text) => AssertRefused(text, "OFB6102");

    [TestMethod]
    [DataRow("http://example.com/a")]
    [DataRow("git+http://example.com/a")]
    [DataRow("http://127.0.0.1.example.com/a")]
    [DataRow("http://localhost@example.com/a")]
    public void Parse_PlainHttpElsewhere_IsAnError(string text) => AssertRefused(text, "OFB6103");

    [TestMethod]
    [DataRow("-oProxyCommand=touch canary")]
    [DataRow("--upload-pack=touch${IFS}canary")]
    [DataRow("ext::sh -c touch% canary")]
    [DataRow("fd::17")]
    [DataRow("git://example.com/a")]
    [DataRow("file:///tmp/a")]
    [DataRow("ftp://example.com/a")]
    [DataRow("git+ext://example.com/a")]
    [DataRow("ssh://-oProxyCommand=touch canary/a")]
    [DataRow("ssh://git@-oProxyCommand/a")]
    [DataRow("ssh://-oX@example.com/a")]
    [DataRow("-oX@example.com:a")]
    [DataRow("git@-example.com:a")]
    [DataRow("git@example.com:-a")]
    [DataRow("git@example.com:")]
    [DataRow("https:///a")]
    [DataRow("https://example.com")]
    [DataRow("https://example.com/a?token=1")]
    [DataRow("https://example.com/a b")]
    [DataRow("https://example.com:port/a")]
    [DataRow("https://exa$(touch canary)mple.com/a")]
    [DataRow("ssh://user:password@example.com/a")]
    [DataRow("")]
    [DataRow("  ")]
    public void Parse_Case29OptionOrHelper_IsAnError(string text) => AssertRefused(text, "OFB6101");

    [TestMethod]
    [DataRow("https://example.com%0a/a")]
    [DataRow("https://example.com/a%0d%0ahost=evil.example.com")]
    [DataRow("https://example.com/%1b[31m")]
    [DataRow("https://user:pass%0aword@example.com/a")]
    [DataRow("https://example.com\n/a")]
    [DataRow("https://example.com\r/a")]
    [DataRow("https://exam\u001b[31mple.com/a")]
    [DataRow("git@example.com:a%0ab")]
    public void Parse_Case34ControlCharacters_AreAnErrorAndNotShown(string text)
    {
        var message = AssertRefused(text, "OFB6101");

        Assert.IsFalse(message.Any(char.IsControl));
        Assert.DoesNotContain("pass", message.Split(';')[0].Replace("***", "", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow("--output=canary")]
    [DataRow("-x")]
    [DataRow("/x")]
    [DataRow("a..b")]
    [DataRow("a@{1}")]
    [DataRow("a b")]
    [DataRow("a~1")]
    [DataRow("a:b")]
    [DataRow("a#b")]
    [DataRow("é")]
    [DataRow("a.lock")]
    [DataRow("a//b")]
    [DataRow("a/")]
    [DataRow(".a")]
    [DataRow("")]
    public void Parse_Case29HostileRef_IsAnError(string reference) => AssertRefused("https://example.com/a#" + reference, "OFB6104");

    [TestMethod]
    public void Parse_Case34Credentials_StandNowhereButInTheCredential()
    {
        var source = (GitSource)TemplateSource.Parse("https://user:t%40ken@example.com/a#v1", context.Folder());

        Assert.AreEqual("https://example.com/a", source.Url);
        Assert.AreEqual(new GitCredential("user", "t@ken"), source.Credential);
        Assert.DoesNotContain("ken", source.ToString());
        Assert.AreEqual("a *** b *** c", source.Credential!.Redact("a t@ken b t%40ken c"));
    }

    [TestMethod]
    [DataRow("http://user:canary@example.com/a")]
    [DataRow("git://user:canary@example.com/a")]
    [DataRow("https://canary@exa mple.com/a")]
    [DataRow("https://user:p@canary@-host/a")]
    [DataRow("https://example.com/a?access_token=canary")]
    public void Parse_Case34RefusedAddressWithCredentials_DoesNotShowThem(string text)
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => TemplateSource.Parse(text, context.Folder()));

        Assert.DoesNotContain("canary", error.Message);
    }

    [TestMethod]
    [DataRow("sha-0123456", "0123456")]
    [DataRow("sha-ABCDEF0", "abcdef0")]
    [DataRow(Commit, Commit)]
    [DataRow("sha-012345", null)]
    [DataRow("0123456", null)]
    [DataRow("sha-xyzxyzx", null)]
    public void CommitOf_Ref_IsTheIdInIt(string reference, string? commit) => Assert.AreEqual(commit, GitRef.CommitOf(reference));

    private string AssertRefused(string text, string code)
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => TemplateSource.Parse(text, context.Folder()));

        Assert.AreEqual(code, error.Diagnostics[0].Descriptor.Code);
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(context.Folder()));
        return error.Message;
    }
}
