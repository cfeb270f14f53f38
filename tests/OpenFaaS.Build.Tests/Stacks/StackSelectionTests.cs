using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Stacks;

namespace OpenFaaS.Build.Tests.Stacks;

[TestClass]
public sealed class StackSelectionTests(TestContext context)
{
    private const string Functions = "functions: {api-a: , api-b: , 'w[1]': , Worker: , worker: }\n";

    [TestMethod]
    [DataRow(null, null, "api-a api-b w[1] Worker worker")]
    [DataRow("", "", "api-a api-b w[1] Worker worker")]
    [DataRow("worker", null, "worker")]
    [DataRow("api-*", null, "api-a api-b")]
    [DataRow("*-b", null, "api-b")]
    [DataRow("*p*", null, "api-a api-b")]
    [DataRow("*", null, "api-a api-b w[1] Worker worker")]
    [DataRow("w[1]", "", "w[1]")]
    [DataRow("", "or", "Worker worker")]
    [DataRow(null, "^api", "api-a api-b")]
    [DataRow(null, "(?i)^WORKER$", "Worker worker")]
    [DataRow(null, "[ab]$", "api-a api-b")]
    public void Select_FilterOrRegex_KeepsTheOrderOfTheFile(string? filter, string? regex, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', StackSelection.Select(Stack(), filter, regex).Select(function => function.Name)));

    [TestMethod]
    [DataRow("api-a", "x", "OFB1120")]
    [DataRow("api-?", null, "OFB1122")]
    [DataRow("api-[ab]", null, "OFB1122")]
    [DataRow("api", null, "OFB1122")]
    [DataRow("API-A", null, "OFB1122")]
    [DataRow(null, "^pi", "OFB1122")]
    [DataRow(null, "(", "OFB1121")]
    [DataRow(null, "(?=a)", "OFB1121")]
    [DataRow(null, "(a)\\1", "OFB1121")]
    [DataRow(null, "[[:alpha:]]", "OFB1121")]
    public void Select_NothingOrNonsense_IsCodedError(string? filter, string? regex, string code) => Assert.AreEqual(code, Error(Stack(), filter, regex).Descriptor.Code);

    [TestMethod]
    public void Select_NoMatch_NamesTheFunctions() =>
        Assert.Contains("by the filter 'x'. It has: api-a, api-b, w[1], Worker, worker.", Error(Stack(), "x", null).Message);

    [TestMethod]
    public void Select_EmptyStackDifference_IsCodedError() =>
        Assert.AreSame(StackDiagnostics.NoFunctions, Error(new StackSample(context, StackSample.Head).Read(), null, null).Descriptor);

    [TestMethod]
    [Timeout(30_000)]
    public void Select_ExpressionThatBacktracks_EndsSoon()
    {
        var name = new string('a', 5_000);
        var stack = new StackSample(context, StackSample.Head + $"functions: {{{name}: }}\n").Read();

        Assert.AreEqual("OFB1122", Error(stack, null, "^(a|aa|a+)+$b").Descriptor.Code);
        Assert.AreEqual("OFB1122", Error(stack, string.Concat(Enumerable.Repeat("*a", 50)) + "*b", null).Descriptor.Code);
    }

    private StackFile Stack() => new StackSample(context, StackSample.Head + Functions).Read();

    private static Diagnostic Error(StackFile stack, string? filter, string? regex) =>
        Assert.ThrowsExactly<DiagnosticException>(() => StackSelection.Select(stack, filter, regex)).Diagnostics.Single();
}
