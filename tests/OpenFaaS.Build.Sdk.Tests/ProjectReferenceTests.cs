namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>A .NET function that shares a library with others by a project reference.</summary>
[TestClass]
public sealed class ProjectReferenceTests(TestContext context)
{
    [TestMethod]
    public async Task Publish_ReferencedLibrary_IsInTheImageAndRebuildsItWhenItChanges()
    {
        var project = FunctionProject.Web(context, properties: "<EnableDefaultCompileItems>false</EnableDefaultCompileItems>");
        project.Write("../Shared/Shared.csproj", """
            <Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>
            """);
        project.Write("../Shared/Greeting.cs", "namespace Shared; public static class Greeting { public static string Text => \"one\"; }\n");
        project.Write("Program.cs", "System.Console.WriteLine(Shared.Greeting.Text);\n");
        project.Write("Hello.csproj", File.ReadAllText(project.At("Hello.csproj")).Replace(
            "</Project>", "<ItemGroup><Compile Include=\"Program.cs\" /><ProjectReference Include=\"../Shared/Shared.csproj\" /></ItemGroup></Project>", StringComparison.Ordinal));

        var first = await project.PublishForDigestAsync("-p:ContainerArchiveOutputPath=bin/image.tar");
        var files = project.Request().GetProperty("items").GetProperty("FunctionPublishFile").EnumerateArray()
            .Select(item => item.GetProperty("metadata").GetProperty("RelativePath").GetString()).ToArray();
        project.Write("../Shared/Greeting.cs", "namespace Shared; public static class Greeting { public static string Text => \"two\"; }\n");
        var second = await project.PublishForDigestAsync("-p:ContainerArchiveOutputPath=bin/image.tar");

        CollectionAssert.Contains(files, "Shared.dll");
        Assert.AreNotEqual(first, second);
    }
}
