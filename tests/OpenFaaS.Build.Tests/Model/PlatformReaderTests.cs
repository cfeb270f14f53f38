using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Tests.Model;

[TestClass]
public sealed class PlatformReaderTests
{
    [TestMethod]
    [DataRow("win-x64", "SelfContained")]
    [DataRow("osx-arm64", "PublishAot")]
    public void Read_PublishOfAnotherSystem_IsAnError(string identifier, string kind)
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => Read(("RuntimeIdentifier", identifier), (kind, "true"))).Diagnostics.Single();

        Assert.AreEqual("OFB1002", failure.Descriptor.Code);
        Assert.StartsWith($"RuntimeIdentifier has the value '{identifier}'", failure.Message);
    }

    [TestMethod]
    [DataRow("linux-arm64", "true", "linux/arm64")]
    [DataRow("linux-musl-x64", "true", "linux/amd64")]
    [DataRow("ubuntu.22.04-x64", "true", null)]
    [DataRow("win-x64", "false", null)]
    public void Read_PublishThatRunsOnLinux_HasItsPlatform(string identifier, string selfContained, string? expected) =>
        Assert.AreEqual(expected ?? Platform.LinuxHost.ToString(), Read(("RuntimeIdentifier", identifier), ("SelfContained", selfContained)).Image.Platforms.Single().ToString());

    [TestMethod]
    [DataRow("linux-x64;win-x64;linux-arm64", "", "dotnet", "linux/amd64%3Blinux/arm64")]
    [DataRow("linux-x64;win-x64", "", "dotnet", null)]
    [DataRow("linux-x64;linux-musl-x64", "", "dotnet", null)]
    [DataRow("linux-x64;linux-arm64", "linux/amd64", "dotnet", null)]
    [DataRow("linux-x64;linux-arm64", "", "any", null)]
    public void NoteOn_IdentifiersOfSeveralPlatforms_NamesTheInputThatMakesAnIndex(string identifiers, string platforms, string shape, string? expected)
    {
        var note = PlatformReader.NoteOn(RequestBuilder.Create(shape, ("RuntimeIdentifiers", identifiers), ("ContainerPlatforms", platforms)));

        Assert.AreEqual(expected is null ? null : $"RuntimeIdentifiers makes no image for several platforms here; ContainerPlatforms={expected} does.", note);
    }

    private static FunctionModel Read(params (string, string)[] properties) => FunctionModelReader.Read(RequestBuilder.Create("dotnet", properties), _ => null);
}
