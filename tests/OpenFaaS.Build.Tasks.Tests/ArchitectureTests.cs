using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace OpenFaaS.Build.Tasks.Tests;

[TestClass]
public sealed class ArchitectureTests
{
    private static readonly string[] Allowed = ["netstandard", "Microsoft.Build.Framework", "Microsoft.Build.Utilities.Core"];

    [TestMethod]
    public void TaskAssembly_References_OnlyMSBuild()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "OpenFaaS.Build.Tasks.dll"));
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();

        var references = metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name));

        Assert.IsEmpty(references.Except(Allowed, StringComparer.Ordinal));
    }
}
