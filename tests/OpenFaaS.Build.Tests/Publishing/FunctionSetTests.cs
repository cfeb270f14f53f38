using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Publishing;
using OpenFaaS.Build.Tests.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Publishing;

[TestClass]
public sealed class FunctionSetTests
{
    [TestMethod]
    [DataRow("type=tar,dest=out.tar", "type=oci,dest=./out.tar")]
    [DataRow("type=local,dest=out", "type=local,dest=/work/src/My.Function/out/")]
    [DataRow("type=local,dest={function}", "type=local,dest=my-function")]
    public void Read_TwoOutputsWithOneDestination_IsAnError(string one, string two)
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => Read(one, two));

        Assert.AreEqual(InputDiagnostics.SameOutput, error.Diagnostics.Single().Descriptor);
        Assert.IsNotNull(error.Diagnostics[0].Location);
    }

    [TestMethod]
    public void Read_OutputsWithDestinationsOfTheirOwn_IsNoError() => Assert.HasCount(1, Read("type=tar,dest=out.tar", "type=local,dest=out"));

    private static IReadOnlyList<RequestedFunction> Read(string one, string two)
    {
        var request = RequestBuilder.Create("any", ("FunctionTemplate", "dockerfile"), ("FunctionName", "my-function"), ("ContainerBuilder", "buildkit"))
            .With("ContainerOutput", (one, "x", ""), (two, "x", ""));
        return FunctionSet.Read(request, PublishSettings.Read(request, _ => null), _ => null, new RecordingLog());
    }
}
