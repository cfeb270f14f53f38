using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.Contract;

/// <summary>What every engine gives where there is no registry.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker"), RequiresService("docker26"), RequiresService("podman"), RequiresService("buildah"), RequiresService("tools")]
public sealed class ArchiveContractTests(TestContext context)
{
    [TestMethod]
    [DynamicData(nameof(ContractEngine.Names), typeof(ContractEngine))]
    public async Task Publish_ToAnArchive_IsReadBySkopeoWithItsDigest(string engine)
    {
        var function = ContractEngine.Of(engine).Function(context, BuildKitFunction.WithShell + $"ENV THIS={Guid.NewGuid():n}\nRUN echo x > /x\n")
            .Set("ContainerArchiveOutputPath", "image.tar");

        if (!ContractEngine.Of(engine).GivesImages)
        {
            Assert.AreEqual("OFB2757", (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Diagnostics.Single().Descriptor.Code);
            return;
        }

        var image = await function.PublishAsync();

        var archive = Path.Combine(function.Folder, "image.tar");
        Assert.AreEqual(image.Digest, (await Tool.RunAsync("skopeo", ["inspect", "--format", "{{.Digest}}", "oci-archive:" + archive], context.CancellationToken)).Trim());
        await Tool.RunAsync("skopeo", ["inspect", "docker-archive:" + archive], context.CancellationToken);
    }
}
