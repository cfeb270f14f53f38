using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.Tests.Engines;

[TestClass]
public sealed class EngineAddressTests
{
    [TestMethod]
    [DataRow("unix:///run/x/docker.sock", "", "unix:///run/x/docker.sock http://localhost/")]
    [DataRow("npipe:////./pipe/docker_engine", "", "npipe:////./pipe/docker_engine http://localhost/")]
    [DataRow("tcp://127.0.0.1:2375", "", "http://127.0.0.1:2375 http://127.0.0.1:2375/")]
    [DataRow("tcp://localhost", "", "http://localhost:2375 http://localhost:2375/")]
    [DataRow("tcp://[::1]:99", "", "http://[::1]:99 http://[::1]:99/")]
    [DataRow("tcp://docker:2376", "1", "https://docker:2376 https://docker:2376/")]
    [DataRow("tcp://docker", "1", "https://docker:2376 https://docker:2376/")]
    [DataRow("https://docker:7000", "", "https://docker:7000 https://docker:7000/")]
    public void TryParse_KnownForm_GivesTheAddress(string text, string verify, string expected)
    {
        var address = EngineAddress.TryParse(text, name => name == "DOCKER_TLS_VERIFY" ? verify : null, out var problem);

        Assert.AreEqual("", problem);
        Assert.AreEqual(expected, $"{address!.Text} {address.Base}");
    }

    [TestMethod]
    [DataRow("tcp://docker:2375", "plain HTTP")]
    [DataRow("http://10.0.0.1:2375", "plain HTTP")]
    [DataRow("ssh://me@host", "none of the forms")]
    [DataRow("unix://relative.sock", "none of the forms")]
    [DataRow("tcp://user:word@127.0.0.1:1", "none of the forms")]
    [DataRow("/var/run/docker.sock", "none of the forms")]
    [DataRow("tcp://", "none of the forms")]
    public void TryParse_OtherForm_IsRefusedWithoutRepeatingIt(string text, string expected)
    {
        Assert.IsNull(EngineAddress.TryParse(text, _ => null, out var problem));

        StringAssert.Contains(problem, expected, StringComparison.Ordinal);
        Assert.DoesNotContain("word", problem, StringComparison.Ordinal);
    }
}
