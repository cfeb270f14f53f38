using OpenFaaS.Build.Builders.BuildKit.Plans;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Tests.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.BuildKit;

[TestClass]
public sealed class FurtherOutputTests
{
    [TestMethod]
    [DataRow("type=oci,dest=x.tar", "annotation.a=b compression=zstd compression-level=3 force-compression=true name=docker.io/library/bk:latest oci-mediatypes=true rewrite-timestamp=true")]
    [DataRow("type=oci,dest=x.tar,compression=gzip,name=n", "annotation.a=b compression=gzip force-compression=true name=n oci-mediatypes=true rewrite-timestamp=true")]
    [DataRow("type=docker,dest=x.tar", "name=docker.io/library/bk:latest rewrite-timestamp=true")]
    [DataRow("type=local,dest=x", "")]
    public async Task Read_Type_IsAsTheImageUnlessTheItemSaysOtherwise(string item, string expected)
    {
        var output = FurtherOutput.Read(item, Function(("ContainerCompression", "zstd:3"), ("SOURCE_DATE_EPOCH", "7")), new RecordingLog());
        await using var receiver = output.Receiver;

        Assert.AreEqual(expected, string.Join(' ', output.Exporter.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")));
    }

    [TestMethod]
    [DataRow("ContainerPlatforms", "linux/amd64;linux/arm64")]
    [DataRow("ContainerProvenance", "true")]
    public void Read_DockerArchiveOfAnIndex_IsACodedError(string property, string value)
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => FurtherOutput.Read("type=docker,dest=x.tar", Function((property, value)), new RecordingLog()));

        Assert.AreEqual("OFB5507", failure.Diagnostics.Single().Descriptor.Code);
        Assert.Contains("type=oci", failure.Message);
    }

    private static FunctionModel Function(params (string, string)[] properties) =>
        FunctionModelReader.Read(RequestBuilder.Create("any", [("FunctionTemplate", "dockerfile"), ("FunctionName", "bk"), .. properties]).With("ContainerAnnotation", ("a", "Value", "b")), _ => null);
}
