using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Shrinkwrap.Parity;

/// <summary>One stack of a test, given to faas-cli and to the SDK.</summary>
internal sealed class ParityRun(TestContext context)
{
    /// <summary>The stack of one function <c>fn</c> that rows start from.</summary>
    public ParityStack Stack { get; } = ParityCases.Stack(Path.Combine(context.Folder(), "stack"));

    /// <summary>What the SDK reports.</summary>
    public RecordingLog Log { get; } = new();

    /// <summary>Where the SDK writes contexts.</summary>
    public string Contexts => ProductShrinkwrap.ContextsOf(Stack);

    public async Task<SortedDictionary<string, string>> FaasCliAsync() => FolderListing.Of(await FaasCli.ShrinkwrapAsync(Stack, context.CancellationToken));

    public Task FaasCliFailsAsync() => Assert.ThrowsExactlyAsync<IOException>(() => FaasCli.ShrinkwrapAsync(Stack, context.CancellationToken));

    public async Task<SortedDictionary<string, string>> SdkAsync(params (string Name, string Value)[] properties)
    {
        await SdkWriteAsync(properties);
        return FolderListing.Of(Contexts);
    }

    /// <summary>Writes the contexts without reading them, for links that a listing cannot follow.</summary>
    public Task SdkWriteAsync(params (string Name, string Value)[] properties) => ProductShrinkwrap.ShrinkwrapAsync(Stack, Log, context.CancellationToken, properties);

    public async Task SdkFailsAsync(string code)
    {
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => SdkWriteAsync());
        Assert.AreEqual(code, error.Diagnostics.Single().Descriptor.Code);
    }
}
