using OpenFaaS.Build.Integration.Tests.BuildKit.Transfer;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Integration.Tests.Builders.FunctionBuilder;

/// <summary>A context of 2 GB goes through a worker of its own to a builder that checks its signature and takes it apart.</summary>
[TestClass, RequiresService("registry"), RequiresService("docker26"), RequiresService("tools")]
public sealed class LargeUploadTests(TestContext context)
{
    private const long MemoryLimit = 250_000_000;

    [TestMethod]
    [TestCategory("slow")]
    [DoNotParallelize]
    public async Task Publish_TwoGigabytes_NeedsLittleMemory()
    {
        await using var standIn = await FunctionBuilderStandIn.StartAsync();
        var root = Directory.CreateDirectory(Path.Combine(context.Folder(), "project")).FullName;
        var name = "large-" + Guid.NewGuid().ToString("n");
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), name)).FullName;
        try
        {
            for (var number = 0; number < 5000; number++)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, $"f{number}.txt"), name + number, context.CancellationToken);
            }

            await using (var large = File.Create(Path.Combine(folder, "large")))
            {
                large.SetLength(2L << 30);
            }

            // Only little of it goes into the image: it is the way that is measured.
            await File.WriteAllTextAsync(Path.Combine(folder, "Dockerfile"), "FROM scratch\nCOPY f1.txt f4999.txt /\n", context.CancellationToken);
            var request = new BuildRequest
            {
                Version = BuildRequest.CurrentVersion,
                Project = Path.Combine(root, name + ".csproj"),
                ProjectName = name,
                ProjectDirectory = root,
                Shape = "any",
                OutputDirectory = Path.Combine(root, "obj") + Path.DirectorySeparatorChar,
                Properties = new Dictionary<string, string>
                {
                    ["FunctionTemplate"] = "dockerfile",
                    ["FunctionHandler"] = folder,
                    ["ContainerBuilder"] = "openfaas",
                    ["ContainerBuilderEndpoint"] = standIn.Url,
                    ["OpenFaaSPayloadSecret"] = "env:PAYLOAD_SECRET",
                    ["ContainerRegistry"] = TestServices.Endpoint("registry"),
                    ["OutputPath"] = "bin/",
                },
            };

            var peak = await PackedWorker.PeakMemoryAsync(request, root, [new("PAYLOAD_SECRET", standIn.PayloadSecret)], context.CancellationToken);

            context.WriteLine($"Peak memory of the worker: {peak / 1_000_000} MB");
            Assert.IsGreaterThan(0, peak);
            Assert.IsLessThan(MemoryLimit, peak);
            Assert.IsGreaterThan(2L << 30, long.Parse(standIn.Requests.Single().Headers["Content-Length"], System.Globalization.CultureInfo.InvariantCulture));
        }
        finally
        {
            // Gigabytes are not kept, also where the test fails.
            Directory.Delete(folder, recursive: true);
        }
    }
}
