using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Tests.Dockerfiles;

[TestClass]
public sealed class DockerfileErrorTests
{
    [TestMethod]
    [DataRow("", "OFB2201", 0, "no instructions")]
    [DataRow("# only\n\n", "OFB2201", 0, "no instructions")]
    [DataRow("ARG A=1", "OFB2201", 0, "no FROM")]
    [DataRow("# escape=x\nFROM a", "OFB2203", 1, "'escape' is neither")]
    [DataRow("# syntax=a\n# Syntax=b\nFROM a", "OFB2203", 2, "'syntax' stands in the file twice")]
    [DataRow("FROM a\nCPOY a b", "OFB2204", 2, "did you mean 'COPY'?")]
    [DataRow("FROM a\nENTRYPONT x", "OFB2204", 2, "did you mean 'ENTRYPOINT'?")]
    [DataRow("FROM a\n&& make", "OFB2204", 2, "'&&' is not a Dockerfile instruction.")]
    [DataRow("FROM a\n\\\n", "OFB2204", 2, "'' is not")]
    [DataRow("ARG A\nUSER x\nFROM a", "OFB2205", 2, "USER stands before")]
    [DataRow("FROM a\nCOPY --form=x a b", "OFB2206", 2, "'--form' of COPY is unknown (did you mean '--from'?)")]
    [DataRow("FROM a\nCOPY --from=x --from=y a b", "OFB2206", 2, "given twice")]
    [DataRow("FROM a\nCOPY --chown a b", "OFB2206", 2, "has no value")]
    [DataRow("FROM a\nCOPY --link=maybe a b", "OFB2206", 2, "neither true nor false")]
    [DataRow("FROM a\nADD --from=x a b", "OFB2206", 2, "is unknown")]
    [DataRow("FROM --platfrom=x a", "OFB2206", 1, "did you mean '--platform'?")]
    [DataRow("FROM a\nENV --x A=1", "OFB2206", 2, "is unknown")]
    [DataRow("FROM a\nHEALTHCHECK --interval=5 CMD x", "OFB2206", 2, "not a duration")]
    [DataRow("FROM a\nHEALTHCHECK --interval=5us CMD x", "OFB2206", 2, "shorter than 1ms")]
    [DataRow("FROM a\nHEALTHCHECK --timeout=-5s CMD x", "OFB2206", 2, "shorter than 1ms")]
    [DataRow("FROM a\nHEALTHCHECK --retries=-1 CMD x", "OFB2206", 2, "not a number")]
    [DataRow("FROM", "OFB2207", 1, "FROM needs")]
    [DataRow("FROM a b", "OFB2207", 1, "FROM needs")]
    [DataRow("FROM a is b", "OFB2207", 1, "FROM needs")]
    [DataRow("FROM a\nENV", "OFB2207", 2, "ENV needs at least one argument")]
    [DataRow("FROM a\nENV A", "OFB2207", 2, "a name and a value")]
    [DataRow("FROM a\nENV A=1 B", "OFB2207", 2, "'B', which is not NAME=VALUE")]
    [DataRow("FROM a\nLABEL =1", "OFB2207", 2, "empty name")]
    [DataRow("FROM a\nARG =1", "OFB2207", 2, "empty name")]
    [DataRow("FROM a\nARG", "OFB2207", 2, "at least one")]
    [DataRow("FROM a\nWORKDIR", "OFB2207", 2, "needs an argument")]
    [DataRow("FROM a\nUSER", "OFB2207", 2, "needs an argument")]
    [DataRow("FROM a\nSTOPSIGNAL", "OFB2207", 2, "needs an argument")]
    [DataRow("FROM a\nMAINTAINER", "OFB2207", 2, "needs an argument")]
    [DataRow("FROM a\nEXPOSE", "OFB2207", 2, "at least one")]
    [DataRow("FROM a\nVOLUME []", "OFB2207", 2, "at least one")]
    [DataRow("FROM a\nVOLUME [\" \"]", "OFB2207", 2, "empty path")]
    [DataRow("FROM a\nVOLUME [1]", "OFB2207", 2, "something else than strings")]
    [DataRow("FROM a\nCMD [\"a\", 1]", "OFB2207", 2, "something else than strings")]
    [DataRow("FROM a\nCMD [\"\\ud800\"]", "OFB2207", 2, "surrogate")]
    [DataRow("FROM a\nSHELL sh -c", "OFB2207", 2, "needs a JSON array")]
    [DataRow("FROM a\nSHELL []", "OFB2207", 2, "at least one")]
    [DataRow("FROM a\nCOPY a", "OFB2207", 2, "a source and a destination")]
    [DataRow("FROM a\nADD [\"a\"]", "OFB2207", 2, "a source and a destination")]
    [DataRow("FROM a\nCOPY a <<EOF\nEOF", "OFB2207", 2, "heredoc as its destination")]
    [DataRow("FROM a\nHEALTHCHECK", "OFB2207", 2, "needs an argument")]
    [DataRow("FROM a\nHEALTHCHECK NONE x", "OFB2207", 2, "takes no arguments")]
    [DataRow("FROM a\nHEALTHCHECK CMD", "OFB2207", 2, "needs a command")]
    [DataRow("FROM a\nHEALTHCHECK CMD []", "OFB2207", 2, "needs a command")]
    [DataRow("FROM a\nHEALTHCHECK curl", "OFB2207", 2, "'CURL', which is neither")]
    [DataRow("FROM a\nONBUILD", "OFB2207", 2, "needs an argument")]
    [DataRow("FROM a\nONBUILD onbuild RUN x", "OFB2207", 2, "cannot trigger ONBUILD")]
    [DataRow("FROM a\nONBUILD FROM x", "OFB2207", 2, "cannot trigger FROM")]
    [DataRow("FROM a AS 1", "OFB2208", 1, "'1' is not a name")]
    [DataRow("FROM a AS a/b", "OFB2208", 1, "'a/b' is not a name")]
    [DataRow("FROM a AS ä", "OFB2208", 1, "'ä' is not a name")]
    [DataRow("FROM a\nCOPY <<EOF /x\ntext", "OFB2209", 2, "'EOF' does not end")]
    [DataRow("FROM a\nRUN <<A <<B\nA\n B", "OFB2209", 2, "'B' does not end")]
    public void Parse_Malformed_IsOneCodedErrorWithItsLine(string text, string code, int line, string part)
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => DockerfileParser.Parse(text, "src/Dockerfile"));

        var diagnostic = failure.Diagnostics.Single();
        Assert.AreEqual((code, "src/Dockerfile", line), (diagnostic.Descriptor.Code, diagnostic.Location!.File, diagnostic.Location.Line));
        Assert.Contains(part, diagnostic.Message);
    }
}
