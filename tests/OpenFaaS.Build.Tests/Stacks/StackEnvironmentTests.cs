using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Stacks;

namespace OpenFaaS.Build.Tests.Stacks;

[TestClass]
public sealed class StackEnvironmentTests(TestContext context)
{
    private const string Stack = StackSample.Head + "functions: {f: {environment: {A: 1, B: 1, C: 1}, environment_file: [one.yaml, two.yaml]}}\n";

    [TestMethod]
    public void Read_Files_LaterOnesWinAndNothingIsSubstituted()
    {
        var sample = new StackSample(context, Stack);
        sample.Write("one.yaml", "environment: {B: 2, C: 2, D: '${X}'}\nother: [1]\n");
        sample.Write("two.yaml", "environment: {C: on}\n");

        var stack = sample.Read();
        var variables = StackEnvironment.Read(stack, stack.Functions[0]);

        Assert.AreEqual("A=1 B=2 C=on D=${X}", string.Join(' ', variables.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value}")));
    }

    [TestMethod]
    [DataRow(null, "OFB1108")]
    [DataRow("environment: [1]\n", "OFB1109")]
    [DataRow("environment: {A: [1]}\n", "OFB1109")]
    [DataRow("{", "OFB1109")]
    public void Read_MissingOrMalformedFile_IsCodedError(string? second, string code)
    {
        var sample = new StackSample(context, Stack);
        sample.Write("one.yaml", "environment: {}\n");
        if (second is not null)
        {
            sample.Write("two.yaml", second);
        }

        var stack = sample.Read();
        var error = Assert.ThrowsExactly<DiagnosticException>(() => StackEnvironment.Read(stack, stack.Functions[0])).Diagnostics.Single();

        Assert.AreEqual(code, error.Descriptor.Code);
        Assert.EndsWith(second is null ? "stack.yaml" : "two.yaml", error.Location!.File);
    }
}
