using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Stacks;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Stacks;

/// <summary>Where reading differs from faas-cli.</summary>
[TestClass]
public sealed class StackDifferenceTests(TestContext context)
{
    [TestMethod]
    [DataRow("functions: {a: {handlr: x}}\n", "2:17 The key 'functions.a.handlr' of the stack file is not known and has no effect (did you mean 'handler'?).")]
    [DataRow("functions: {a: {limits: {gpu: x}}}\n", "2:26 The key 'functions.a.limits.gpu' ")]
    [DataRow("configuration: {templates: [{name: a, ref: x}]}\n", "2:39 The key 'configuration.templates[0].ref' ")]
    [DataRow("configuration: {copies: [x]}\n", "2:17 The key 'configuration.copies' ")]
    [DataRow("Functions: {}\n", "2:1 The key 'Functions' of the stack file is not known and has no effect (did you mean 'functions'?).")]
    public void Read_UnknownKeyDifference_IsWarnedOf(string yaml, string expected)
    {
        var sample = new StackSample(context, StackSample.Head + yaml);

        sample.Read();

        var warning = sample.Log.Diagnostics.Single();
        Assert.AreSame(StackDiagnostics.UnknownStackKey, warning.Descriptor);
        Assert.StartsWith(expected, $"{warning.Location!.Line}:{warning.Location.Column} {warning.Message}");
    }

    [TestMethod]
    public void Read_ExtensionKey_IsLeftAlone()
    {
        var sample = new StackSample(context, StackSample.Head + "x-anything: {a: b}\n");

        sample.Read();

        Assert.IsEmpty(sample.Log.Diagnostics);
    }

    [TestMethod]
    public void Read_UnknownKeyInAnchor_IsWarnedOfOnce()
    {
        var sample = new StackSample(context, StackSample.Head + "x-a: &a {foo: 1}\nfunctions: {a: {<<: *a}, b: {<<: *a}}\n");

        sample.Read();

        Assert.HasCount(1, sample.Log.Diagnostics);
    }

    [TestMethod]
    [DataRow("https://user:secret@example.com/stack.yaml?token=secret")]
    [DataRow("http://127.0.0.1/stack.yaml")]
    [DataRow("file:///work/stack.yaml")]
    public void Read_Case39AddressDifference_IsErrorThatSaysToDownload(string path)
    {
        var error = Error(path);

        Assert.AreSame(StackDiagnostics.StackFileIsAddress, error.Descriptor);
        Assert.Contains("Download the file", error.Message);
        Assert.DoesNotContain("secret", error.Message);
    }

    [TestMethod]
    public void Read_MissingFile_IsCodedError() => Assert.AreSame(StackDiagnostics.StackFileNotFound, Error(Path.Combine(context.Folder(), "no", "stack.yaml")).Descriptor);

    [TestMethod]
    public void Read_Folder_IsCodedError() => Assert.Contains("it is a folder", Error(context.Folder()).Message);

    [TestMethod]
    public void Read_Device_IsCodedErrorAndIsNotRead()
    {
        if (!File.Exists("/dev/zero"))
        {
            Assert.Inconclusive("There are no device files here.");
        }

        Assert.Contains("not a regular file", Error("/dev/zero").Message);
    }

    [TestMethod]
    public void Read_Case38LargeFile_IsCodedErrorDifference() =>
        Assert.StartsWith("OFB1101", new StackSample(context, "#" + new string('x', 10_000_000)).Errors().Single());

    [TestMethod]
    public void Read_Case38ByteOrderMark_IsNoText()
    {
        var sample = new StackSample(context, "");
        File.WriteAllText(sample.Path, StackSample.Head, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.IsEmpty(sample.Read().Functions);
    }

    [TestMethod]
    public void Read_InvalidUtf8_IsCodedError()
    {
        var sample = new StackSample(context, "");
        File.WriteAllBytes(sample.Path, [0x61, 0x3A, 0x20, 0xFF]);

        Assert.Contains("not UTF-8", sample.Errors().Single());
    }

    [TestMethod]
    public void Read_DoubledBackslashInQuotesDifference_IsYamls() =>
        Assert.AreEqual("\\d+", new StackSample(context, StackSample.Head + "functions: {a: {image: \"\\\\d+\"}}\n").Read().Functions[0].Image!.Value);

    [TestMethod]
    public void Read_MalformedReferenceInCommentDifference_IsNoError() =>
        Assert.IsEmpty(new StackSample(context, StackSample.Head + "# ${A-b} ${\n").Read().Functions);

    [TestMethod]
    public void Read_Case39ValueThatAddsKeys_IsWarnedOfAndErrorsKeepTheirLines()
    {
        var sample = new StackSample(context, StackSample.Head + "functions:\n  a:\n    image: ${V}\n    lang: []\n");

        var error = Assert.ThrowsExactly<DiagnosticException>(() => sample.Read(true, ("V", "x\n    skip_build: true"))).Diagnostics.Single();

        Assert.AreEqual(5, error.Location!.Line);
        Assert.AreSame(StackDiagnostics.SubstitutionChangesStructure, sample.Log.Diagnostics.Single().Descriptor);
    }

    private Diagnostic Error(string path) => Assert.ThrowsExactly<DiagnosticException>(
        () => StackFileReader.Read(path, true, _ => null, new RecordingLog())).Diagnostics.Single();
}
