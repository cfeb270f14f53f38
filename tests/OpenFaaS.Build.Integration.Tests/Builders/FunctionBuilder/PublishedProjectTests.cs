using OpenFaaS.Build.Sdk.Tests;

namespace OpenFaaS.Build.Integration.Tests.Builders.FunctionBuilder;

/// <summary>A user's project, published by <c>dotnet publish</c>.</summary>
[TestClass, RequiresService("registry"), RequiresService("docker26"), RequiresService("tools")]
public sealed class PublishedProjectTests(TestContext context)
{
    [TestMethod]
    public async Task Publish_WithTheOpenFaaSBuilder_GivesTheDigestAndKeepsTheSecret()
    {
        await using var standIn = await FunctionBuilderStandIn.StartAsync();
        var name = "project-" + Guid.NewGuid().ToString("n");
        var project = FunctionProject.AnyLanguage(context, properties: $"""
            <ContainerBuilder>openfaas</ContainerBuilder>
            <ContainerRegistry>{TestServices.Endpoint("registry")}</ContainerRegistry>
            <ContainerRepository>{name}</ContainerRepository>
            <OpenFaaSBuilderIdleTimeout>0:05:00</OpenFaaSBuilderIdleTimeout>
            """);
        project.Environment["OPENFAAS_REMOTE_BUILDER"] = standIn.Url + "/build";
        project.Environment["OPENFAAS_PAYLOAD_SECRET"] = project.At("../payload.txt");
        project.Write("../payload.txt", standIn.PayloadSecret + "\n");

        var digest = await project.PublishForDigestAsync();

        Assert.AreEqual(
            (await Tool.RunAsync("skopeo", ["inspect", "--tls-verify=false", "--format", "{{.Digest}}", $"docker://{TestServices.Endpoint("registry")}/{name}:latest"], context.CancellationToken)).Trim(), digest);
        Assert.IsFalse(project.Files().Any(file => File.ReadAllText(project.At(file)).Contains(standIn.PayloadSecret, StringComparison.Ordinal)));
    }
}
