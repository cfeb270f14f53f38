using OpenFaaS.Build.Sdk.Tests;
using OpenFaaS.Build.Sdk.Tests.NewTemplates;

namespace OpenFaaS.Build.Integration.Tests.Samples;

/// <summary>Projects that <c>dotnet new</c> made, published with the packed SDK to the real registry and run by a real engine.</summary>
[TestClass, RequiresService("registry"), RequiresService("tools"), RequiresService("docker")]
public sealed class RunningNewProjectTests(TestContext context)
{
    [TestMethod]
    [DataRow("openfaas-function", 1654, "Hello from my-cool-function\n")]
    [DataRow("openfaas-function-any", 65534, "Hello from my-cool-function; you sent 0 bytes.\n")]
    [DataRow("openfaas-stack", 65534, "Hello from my-cool-function; you sent 0 bytes.\n")]
    public async Task New_Published_AnswersAsNonRoot(string template, int user, string answer)
    {
        var registry = $"{TestServices.Endpoint("registry")}/new-{Guid.NewGuid():n}";
        var project = await PackedTemplates.NewAsync(context, template, "My.CoolFunction", "--registry", registry, "--builder", "embedded");

        var digest = await project.PublishForDigestAsync(["-p:PublishProfile=Container", .. await UseBaseAsync(project, template)]);

        await using var container = await EngineContainer.RunAsync(context, "docker", $"{registry}/my-cool-function@{digest}");
        Assert.AreEqual(answer, await container.Client.GetStringAsync("/", context.CancellationToken));
        Assert.AreEqual("OK", (await container.Client.GetStringAsync("/_/health", context.CancellationToken)).Trim());
        Assert.AreEqual(user, await container.UserAsync());
        Assert.AreNotEqual(137, await container.StopAsync());
    }

    [TestMethod]
    public async Task New_FunctionAny_HandlerGetsTheBody()
    {
        var registry = $"{TestServices.Endpoint("registry")}/new-{Guid.NewGuid():n}";
        var project = await PackedTemplates.NewAsync(context, "openfaas-function-any", "My.CoolFunction", "-r", registry);
        var digest = await project.PublishForDigestAsync(await UseBaseAsync(project, "openfaas-function-any"));

        await using var container = await EngineContainer.RunAsync(context, "docker", $"{registry}/my-cool-function@{digest}");
        using var response = await container.Client.PostAsync("/", new StringContent("12345"), context.CancellationToken);

        Assert.AreEqual("Hello from my-cool-function; you sent 5 bytes.\n", await response.Content.ReadAsStringAsync(context.CancellationToken));
    }

    // Public registries are not at hand: the base image comes from the test's own.
    private static async Task<string[]> UseBaseAsync(FunctionProject project, string template)
    {
        if (template == "openfaas-function")
        {
            return ["-p:ContainerBaseImage=" + await BaseImages.AspNet];
        }

        var dockerfile = template == "openfaas-stack" ? "my-cool-function/Dockerfile" : "handler/Dockerfile";
        var text = await File.ReadAllTextAsync(project.At(dockerfile));
        project.Write(dockerfile, text.Replace("docker.io/library/busybox:1.36", await BaseImages.Busybox, StringComparison.Ordinal));
        return [];
    }
}
