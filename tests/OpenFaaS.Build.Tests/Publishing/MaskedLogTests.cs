using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Publishing;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Publishing;

[TestClass]
public sealed class MaskedLogTests
{
    private readonly RecordingLog log = new();

    [TestMethod]
    public void Message_WithValues_ShowsNone()
    {
        new MaskedLog(log, new HiddenValues(["secret", "secret-and-more", "one line\nanother line\n", "abc"])).Message(
            MessageImportance.High, "RUN use secret-and-more, secret, another line and abc");

        Assert.AreEqual("RUN use ***, ***, *** and abc", log.Messages.Single());
    }

    [TestMethod]
    public void Hide_Failure_KeepsCodeAndPlace()
    {
        var failure = BuilderDiagnostics.UnknownBuilder.With("secret").At("Dockerfile", 3).ToException();

        var hidden = new MaskedLog(log, new HiddenValues(["secret"])).Hide(failure).Diagnostics.Single();

        Assert.Contains("'***'", hidden.Message);
        Assert.AreEqual(("OFB2001", 3), (hidden.Descriptor.Code, hidden.Location!.Line));
        Assert.AreSame(failure, new MaskedLog(log, new HiddenValues(["other"])).Hide(failure));
    }
}
