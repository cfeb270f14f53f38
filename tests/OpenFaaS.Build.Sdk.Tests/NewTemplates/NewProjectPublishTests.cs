using System.Text.Json;

namespace OpenFaaS.Build.Sdk.Tests.NewTemplates;

/// <summary>New projects, published with the packed SDK. No registry is at hand: base images are replaced by nothing.</summary>
[TestClass]
public sealed class NewProjectPublishTests(TestContext context)
{
    private const string Base = "docker.io/library/busybox:1.36";

    [TestMethod]
    [DataRow("My.CoolFunction", "my-cool-function")]
    [DataRow("Büro & Söhne's", "b-ro-s-hne-s")]
    public async Task Publish_Function_MakesItsImage(string name, string function)
    {
        var project = await PackedTemplates.NewAsync(context, "openfaas-function", name);
        project.WriteTemplate();

        var result = (await project.PublishAsync("-p:FunctionTemplate=plain", "-p:PublishProfile=Archive")).ShouldSucceed();

        Assert.IsEmpty(result.WarningCodes, result.Output);
        Assert.Contains($"/artifacts/{function}.oci.tar (sha256:", result.Output);
        Assert.IsTrue(File.Exists(project.At($"artifacts/{function}.oci.tar")));
        // The SDK's entry point was compiled in: the project has none of its own.
        Assert.AreEqual("auto", project.RequestProperty("FunctionHost"));
    }

    [TestMethod]
    [DataRow("My.CoolFunction", "my-cool-function")]
    [DataRow("Büro & Söhne's", "b-ro-s-hne-s")]
    public async Task Publish_FunctionAny_MakesItsImage(string name, string function)
    {
        var project = WithoutBase(await PackedTemplates.NewAsync(context, "openfaas-function-any", name), "handler/Dockerfile");

        var result = (await project.PublishAsync("-p:PublishProfile=Archive")).ShouldSucceed();

        Assert.IsEmpty(result.WarningCodes, result.Output);
        Assert.IsTrue(File.Exists(project.At($"artifacts/{function}.oci.tar")));
    }

    [TestMethod]
    public async Task Publish_FunctionAnyForATemplate_LaysTheHandlerOverIt()
    {
        var project = await PackedTemplates.NewAsync(context, "openfaas-function-any", "Hello", "--template", "plain");
        project.WriteTemplate();
        project.Write("handler/code.txt", "code");

        (await project.PublishAsync("-p:ContainerBuilder=none")).ShouldSucceed();

        Assert.Contains("obj/Release/openfaas/context/hello/function/code.txt", project.Files());
    }

    [TestMethod]
    public async Task Publish_FunctionAnyForAMissingTemplate_IsTheSdksError()
    {
        var project = await PackedTemplates.NewAsync(context, "openfaas-function-any", "Hello", "--template", "absent");

        (await project.PublishAsync("-p:ContainerBuilder=none")).ShouldFailWith("OFB6001");
    }

    [TestMethod]
    [DataRow("openfaas-function", "-p:FunctionTemplate=plain")]
    [DataRow("openfaas-function-any", "")]
    public async Task Publish_ContainerProfile_MakesTheImageOnce(string template, string argument)
    {
        var project = await PackedTemplates.NewAsync(context, template, "Hello");
        _ = template == "openfaas-function" ? project.Write("template/plain/Dockerfile", "FROM scratch\nCOPY function/ /\n") : WithoutBase(project, "handler/Dockerfile");

        // The file keeps a test's image out of the machine's engine.
        string[] arguments = ["-p:PublishProfile=Container", "-p:ContainerArchiveOutputPath=bin/image.tar", argument];
        var result = (await project.PublishAsync([.. arguments.Where(text => text.Length > 0)])).ShouldSucceed();

        Assert.HasCount(2, result.Output.Split("/bin/image.tar (sha256:"), result.Output);
        Assert.AreEqual("Container", (await project.DotNetAsync("msbuild", "-p:PublishProfile=Container", "-getProperty:WebPublishMethod")).ShouldSucceed().Output.Trim());
    }

    [TestMethod]
    public async Task VisualStudioCode_EachTask_DoesWhatItSays()
    {
        var project = WithoutBase(await PackedTemplates.NewAsync(context, "openfaas-function-any", "Hello"), "handler/Dockerfile");
        var tasks = JsonDocument.Parse(await File.ReadAllBytesAsync(project.At(".vscode/tasks.json"), context.CancellationToken)).RootElement.GetProperty("tasks")
            .EnumerateArray().ToDictionary(task => task.GetProperty("label").GetString()!);
        CollectionAssert.AreEquivalent(new[] { "publish", "publish to a file", "shrinkwrap" }, tasks.Keys);

        (await RunAsync(project, tasks["shrinkwrap"])).ShouldSucceed();
        Assert.Contains("obj/Release/openfaas/context/hello/Dockerfile", project.Files());
        Assert.IsFalse(project.Files().Any(file => file.EndsWith(".tar", StringComparison.Ordinal)));

        (await RunAsync(project, tasks["publish to a file"])).ShouldSucceed();
        Assert.IsTrue(File.Exists(project.At("artifacts/hello.oci.tar")));

        (await RunAsync(project, tasks["publish"], "-p:ContainerArchiveOutputPath=bin/image.tar")).ShouldSucceed();
        Assert.IsTrue(File.Exists(project.At("bin/image.tar")));
    }

    [TestMethod]
    public async Task Publish_Stack_MakesTheFunctionsImage()
    {
        var project = WithoutBase(await PackedTemplates.NewAsync(context, "openfaas-stack", "My.Stack"), "my-stack/Dockerfile");

        var result = (await project.PublishAsync("-p:PublishProfile=Archive")).ShouldSucceed();

        Assert.IsEmpty(result.WarningCodes, result.Output);
        Assert.IsTrue(File.Exists(project.At("artifacts/my-stack.oci.tar")));
    }

    private static FunctionProject WithoutBase(FunctionProject project, string dockerfile)
    {
        var text = File.ReadAllText(project.At(dockerfile));
        Assert.Contains(Base, text);
        return project.Write(dockerfile, text.Replace(Base, "scratch", StringComparison.Ordinal));
    }

    private static Task<CommandResult> RunAsync(FunctionProject project, JsonElement task, params string[] more)
    {
        Assert.AreEqual("dotnet", task.GetProperty("command").GetString());
        return project.DotNetAsync([.. task.GetProperty("args").EnumerateArray().Select(argument => argument.GetString()!), .. more]);
    }
}
