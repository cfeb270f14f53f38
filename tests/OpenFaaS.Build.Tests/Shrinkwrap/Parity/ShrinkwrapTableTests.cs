namespace OpenFaaS.Build.Tests.Shrinkwrap.Parity;

/// <summary>faas-cli's rules of templates (section 2) and of shrinkwrapping (section 3), row by row. What differs is in <see cref="WhatIsCopiedDifferenceTests"/> and <see cref="HowItIsCopiedDifferenceTests"/>.</summary>
[TestClass]
public sealed class ShrinkwrapTableTests(TestContext context)
{
    private readonly ParityRun run = new(context);

    public static IEnumerable<object[]> Same => ParityCases.Same.Keys.Select(row => new object[] { row });

    public static IEnumerable<object[]> Refused => ParityCases.Refused.Keys.Select(row => new object[] { row });

    [TestMethod]
    [DynamicData(nameof(Same))]
    public async Task Shrinkwrap_Row_EqualsFaasCli(string row)
    {
        var stack = run.Stack;
        ParityCases.Same[row](stack);

        // A run before leaves a context to replace.
        stack.Write("h/earlier.txt", "1");
        await run.SdkAsync();
        File.Delete(stack.Full("h/earlier.txt"));
        var expected = await run.FaasCliAsync();

        Assert.AreEqual(FolderListing.Text(expected), FolderListing.Text(await run.SdkAsync()));
    }

    [TestMethod]
    [DynamicData(nameof(Refused))]
    public async Task Shrinkwrap_RefusedRow_IsAnErrorAsInFaasCli(string row)
    {
        var before = FolderListing.Text(await run.SdkAsync());
        var (code, arrange) = ParityCases.Refused[row];
        arrange(run.Stack);

        await run.FaasCliFailsAsync();
        await run.SdkFailsAsync(code);

        Assert.AreEqual(before, FolderListing.Text(FolderListing.Of(run.Contexts)), "The context of the run before is untouched.");
    }
}
