namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>Functions of the dotnet8-csharp template bring a folder <c>static</c>, which is in their image.</summary>
[TestClass]
public sealed class StaticFolderTests(TestContext context)
{
    [TestMethod]
    [DataRow("Handler.cs", "http", true)]
    [DataRow("Program.cs", "none", false)]
    public async Task Publish_StaticFolder_IsPublishedWithTheHostOnly(string source, string host, bool published)
    {
        var project = FunctionProject.Web(context, properties: $"<FunctionHost>{host}</FunctionHost>");
        if (source == "Handler.cs")
        {
            File.Delete(project.At("Program.cs"));
            project.Write(source, """
                namespace function;
                public static class Handler
                {
                    public static void MapServices(IServiceCollection services) { }
                    public static void MapEndpoints(WebApplication app) => app.UseStaticFiles();
                }
                """);
        }

        project.Write("static/index.html", "page").Write("static/data/list.json", "{}");

        (await project.PublishAsync("-p:ContainerBuilder=none")).ShouldSucceed();
        var files = project.Files().Where(path => path.Contains("/publish/", StringComparison.Ordinal)).Select(path => path[(path.IndexOf("/publish/", StringComparison.Ordinal) + 9)..]).ToList();

        Assert.AreEqual(published, files.Contains("static/index.html"));
        Assert.AreEqual(published ? 1 : 0, project.Files().Count(path => path.Contains("openfaas/context/", StringComparison.Ordinal) && path.EndsWith("static/index.html", StringComparison.Ordinal)));
        Assert.IsFalse(published && !files.Contains("static/data/list.json"));
    }
}
