using System.IO.Compression;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Templates.Sources;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Templates.Sources;

[TestClass]
public sealed class PackageTemplatesTests(TestContext context)
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Read_PackageOfALibrary_GivesTemplateFilesOnly(bool canSeek)
    {
        using var package = new MemoryStream();
        using (var zip = new ZipArchive(canSeek ? package : new ForwardOnly(package), ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "Acme.Templates.nuspec", "<package/>");
            Add(zip, "template/README.md", "of no template");
            Add(zip, "template/shell/Dockerfile", "FROM scratch\n", 0x81A4);
            Add(zip, "template/shell/run.sh", "#!/bin/sh\n", 0x81A4);
            Add(zip, "template/shell/tool", "binary", 0x81ED);
            Add(zip, "template/shell/empty", "");
            Add(zip, "template/two/with%20blank%2B%C3%A4.txt", "a");
            Add(zip, "tools/shell/x", "no");
        }

        var tree = await new PackagesFolder(context.Folder(), package.ToArray()).ReadAsync(context.CancellationToken);

        Assert.AreEqual(
            "shell/Dockerfile=- FROM scratch\n|shell/empty=- |shell/run.sh=x #!/bin/sh\n|shell/tool=x binary|two/with blank+ä.txt=- a",
            string.Join('|', tree.Files.Select(file => $"{file.Key}={file.Value}")));
    }

    [TestMethod]
    public async Task Read_LargeFile_IsWholeAndStreamed()
    {
        var content = new byte[3 << 20];
        new Random(1).NextBytes(content);
        var packages = new PackagesFolder(context.Folder(), RawZip.Write(new RawEntry("template/a/data", content)));
        var tree = new HashingTree();

        await new PackageTemplates([context.Folder()]).ReadAsync(PackagesFolder.Name, tree, context.CancellationToken);

        Assert.IsTrue(File.Exists(packages.Package));
        CollectionAssert.AreEqual(System.Security.Cryptography.SHA256.HashData(content), tree.Hash);
    }

    [TestMethod]
    public async Task Read_FromAFallbackFolder_IsFoundThere()
    {
        var fallback = Path.Combine(context.Folder(), "fallback");
        _ = new PackagesFolder(fallback, RawZip.Write(new RawEntry("template/a/x")));
        var tree = new StandInTemplateTree();

        await new PackageTemplates([Path.Combine(context.Folder(), "none"), fallback]).ReadAsync(PackagesFolder.Name, tree, context.CancellationToken);

        Assert.AreEqual("a/x", tree.Files.Single().Key);
    }

    [TestMethod]
    [DataRow("no package")]
    [DataRow("no marker")]
    [DataRow("a folder")]
    public async Task Read_NotRestored_SaysToRestore(string state)
    {
        var packages = new PackagesFolder(context.Folder(), RawZip.Write(new RawEntry("template/a/x")));
        if (state == "no marker")
        {
            File.Delete(packages.Metadata);
            File.Delete(packages.Hash);
        }
        else
        {
            File.Delete(packages.Package);
        }

        if (state == "a folder")
        {
            Directory.CreateDirectory(packages.Package);
        }

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => packages.ReadAsync(context.CancellationToken));

        Assert.AreEqual("OFB6131", error.Diagnostics.Single().Descriptor.Code);
        Assert.Contains("acme.templates 1.0.0", error.Message);
        Assert.Contains("dotnet restore", error.Message);
        Assert.Contains(context.Folder(), error.Message);
    }

    [TestMethod]
    public async Task Read_WithoutTemplates_IsAnError()
    {
        var packages = new PackagesFolder(context.Folder(), RawZip.Write(new RawEntry("lib/x.dll"), new RawEntry("template/README.md"), new RawEntry("Template/a/x")));

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => packages.ReadAsync(context.CancellationToken));

        Assert.AreEqual("OFB6135", error.Diagnostics.Single().Descriptor.Code);
    }

    private static void Add(ZipArchive zip, string name, string text, int mode = 0)
    {
        var entry = zip.CreateEntry(name);
        entry.ExternalAttributes = mode << 16;
        using var writer = new StreamWriter(entry.Open());
        writer.Write(text);
    }

    private sealed class HashingTree : ITemplateTree
    {
        public byte[] Hash { get; private set; } = [];

        public async Task AddFileAsync(string path, bool isExecutable, Stream content, CancellationToken cancellationToken) =>
            Hash = await System.Security.Cryptography.SHA256.HashDataAsync(content, cancellationToken);

        public void AddLink(string path, string target) => throw new NotSupportedException();
    }

    /// <summary>Makes the writer put sizes behind contents, since it cannot go back.</summary>
    private sealed class ForwardOnly(Stream stream) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => stream.Position;
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => stream.Write(buffer, offset, count);
    }
}
