using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace OpenFaaS.Build.TestSupport;

/// <summary>Shorthand for tests.</summary>
public static class TestContextExtensions
{
    /// <summary>The test's own folder; kept when the test fails.</summary>
    public static string Folder(this TestContext context) =>
        context.TestTempDirectory ?? throw new InvalidOperationException("The test framework gave no temporary folder.");
}
