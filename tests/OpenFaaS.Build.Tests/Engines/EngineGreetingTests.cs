using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.Tests.Engines;

[TestClass]
public sealed class EngineGreetingTests
{
    [TestMethod]
    [DataRow("1.41", "1.41")]
    [DataRow("1.45", "1.45")]
    [DataRow("1.99", "1.51")]
    [DataRow("2.0", "1.51")]
    public void Negotiated_VersionOfTheEngine_IsTheNewestThatBothSpeak(string engine, string spoken)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("Api-Version", engine);
        response.Headers.TryAddWithoutValidation("Ostype", "linux");

        var greeting = EngineGreeting.Of(response.Headers);

        Assert.AreEqual(Version.Parse(spoken), greeting.Negotiated);
        Assert.AreEqual("linux", greeting.OperatingSystem);
        Assert.IsFalse(greeting.IsPodman);
    }

    [TestMethod]
    [DataRow(null, "does not say")]
    [DataRow("", "does not say")]
    [DataRow("new\u001b", "does not say")]
    [DataRow("1.24", "1.40 is needed")]
    public void Negotiated_NoVersionThatIsSpoken_IsAFailure(string? engine, string message)
    {
        using var response = new HttpResponseMessage();
        if (engine is not null)
        {
            response.Headers.TryAddWithoutValidation("Api-Version", engine);
        }

        var failure = Assert.ThrowsExactly<EngineFailedException>(() => EngineGreeting.Of(response.Headers).Negotiated);

        Assert.Contains(message, failure.Message);
    }
}
