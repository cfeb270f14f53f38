using OpenFaaS.Build.Builders.FunctionBuilder;
using OpenFaaS.Build.Builders.FunctionBuilder.Requests;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Tests.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.FunctionBuilder;

/// <summary>Where a builder is, and what requests to it are signed with.</summary>
[TestClass]
public sealed class BuilderEndpointTests(TestContext context)
{
    [TestMethod]
    [DataRow("http://127.0.0.1:8081", "http://127.0.0.1:8081/build")]
    [DataRow("http://localhost:8081/build", "http://localhost:8081/build")]
    [DataRow("http://[::1]:8081/", "http://[::1]:8081/build")]
    [DataRow("https://builder.example", "https://builder.example/build")]
    [DataRow("https://gateway.example/below/builder/", "https://gateway.example/below/builder/build")]
    [DataRow("https://gateway.example/below/build", "https://gateway.example/below/build")]
    public void Of_Address_IsThatOfBuilds(string address, string expected)
    {
        Assert.AreEqual(expected, BuilderEndpoint.Of(Function(("ContainerBuilderEndpoint", address)), _ => null).Build.AbsoluteUri);
        Assert.AreEqual(expected, BuilderEndpoint.Of(Function(), name => name == "OPENFAAS_REMOTE_BUILDER" ? $" {address}\n" : null).Build.AbsoluteUri);
    }

    [TestMethod]
    public void Of_PropertyAndVariable_ThePropertyWins() => Assert.AreEqual(
        "http://127.0.0.1:1/build", BuilderEndpoint.Of(Function(("ContainerBuilderEndpoint", "http://127.0.0.1:1")), _ => "http://127.0.0.1:2").Build.AbsoluteUri);

    [TestMethod]
    [DataRow("", "OFB2750")]
    [DataRow("127.0.0.1:8081", "OFB2751")]
    [DataRow("tcp://127.0.0.1:8081", "OFB2751")]
    [DataRow("http://user:word@127.0.0.1:8081", "OFB2751")]
    [DataRow("http://127.0.0.1:8081/?a=b", "OFB2751")]
    [DataRow("http://127.0.0.1:1;http://127.0.0.1:2", "OFB2751")]
    [DataRow("http://builder.example:8080", "OFB2752")]
    [DataRow("http://192.0.2.7", "OFB2752")]
    public void Of_AddressThatCannotBe_IsACodedError(string address, string code)
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => BuilderEndpoint.Of(Function(("ContainerBuilderEndpoint", address)), _ => null));

        Assert.AreEqual(code, failure.Diagnostics.Single().Descriptor.Code);
        Assert.DoesNotContain("user:word", failure.Message);
    }

    [TestMethod]
    public void Of_PlainToAnotherMachine_MayBeAllowed() => Assert.AreEqual(
        "http://builder.example:8080/build",
        BuilderEndpoint.Of(Function(("ContainerBuilderEndpoint", "http://builder.example:8080"), ("ContainerInsecureEndpoint", "true")), _ => null).Build.AbsoluteUri);

    [TestMethod]
    public void Of_PlainWithCertificates_IsNotIgnored() => Assert.AreEqual("OFB2751", Assert.ThrowsExactly<DiagnosticException>(
        () => BuilderEndpoint.Of(Function(("ContainerBuilderEndpoint", "http://127.0.0.1:1"), ("ContainerBuilderCaFile", "ca.pem")), _ => null)).Diagnostics.Single().Descriptor.Code);

    [TestMethod]
    public async Task Read_SecretOfFileOrVariable_IsUsedWithoutTheSpaceAroundIt()
    {
        var path = Path.Combine(context.Folder(), "payload.txt");
        await File.WriteAllTextAsync(path, "\n the secret\r\n", context.CancellationToken);
        var expected = Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData("the secret"u8, "body"u8));

        Assert.AreEqual(expected, await SignAsync("file:" + path, _ => null));
        Assert.AreEqual(expected, await SignAsync("env:WORD", name => name == "WORD" ? "the secret " : null));
        Assert.AreEqual(expected, await SignAsync("", name => name == "OPENFAAS_PAYLOAD_SECRET" ? path : null));
    }

    [TestMethod]
    [DataRow("", "OFB2755")]
    [DataRow("file:/nowhere/payload.txt", "OFB2756")]
    [DataRow("env:NOT_SET", "OFB2756")]
    [DataRow("env:EMPTY", "OFB2756")]
    public async Task Read_SecretThatIsNotThere_IsACodedError(string reference, string code)
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => SignAsync(reference, name => name == "EMPTY" ? " " : null));

        Assert.AreEqual(code, failure.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    public void Read_SecretItself_IsRefusedAndNotRepeated()
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => Function(("OpenFaaSPayloadSecret", "the-very-secret")));

        Assert.AreEqual("OFB1002", failure.Diagnostics.Single().Descriptor.Code);
        Assert.DoesNotContain("the-very-secret", failure.Message);
    }

    [TestMethod]
    [DataRow("600")]
    [DataRow("0:00:00")]
    [DataRow("soon")]
    public void Read_IdleTimeoutOfAnotherForm_IsACodedError(string text) => Assert.AreEqual(
        "OFB1002", Assert.ThrowsExactly<DiagnosticException>(() => Function(("OpenFaaSBuilderIdleTimeout", text))).Diagnostics.Single().Descriptor.Code);

    private static FunctionModel Function(params (string Name, string Value)[] properties) =>
        FunctionModelReader.Read(RequestBuilder.Create("any", [("FunctionTemplate", "dockerfile"), .. properties]), _ => null);

    private async Task<string> SignAsync(string reference, Func<string, string?> environment)
    {
        using var secret = await PayloadSecret.ReadAsync(Function(("OpenFaaSPayloadSecret", reference)), environment, context.CancellationToken);
        using var hash = secret.BeginSignature();
        hash.AppendData("body"u8);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
