using System.Text;
using OpenFaaS.Build.Builders;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Publishing;
using OpenFaaS.Build.Tests.BuildKit.ContentStores;
using OpenFaaS.Build.Tests.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Publishing;

[TestClass]
public sealed class ContentTagTests(TestContext context) : IAsyncDisposable
{
    private static readonly ContextEntry Link = new("link", EntryKind.SymbolicLink, 511) { LinkTarget = "a" };

    private static readonly Dictionary<string, Func<ImageModel, ImageModel>> ImageChanges = new(StringComparer.Ordinal)
    {
        [nameof(ImageModel.BaseImage)] = image => image with { BaseImage = new ImageReference("docker.io", "library/x", "1", null) },
        [nameof(ImageModel.Format)] = image => image with { Format = ImageFormat.Docker },
        [nameof(ImageModel.Compression)] = image => image with { Compression = image.Compression with { Level = 1 } },
        [nameof(ImageModel.Platforms)] = image => image with { Platforms = [Platform.Parse("linux/s390x")] },
        [nameof(ImageModel.Labels)] = image => image with { Labels = new Dictionary<string, string> { ["k"] = "v" } },
        [nameof(ImageModel.Annotations)] = image => image with { Annotations = new Dictionary<string, string> { ["k"] = "v" } },
        [nameof(ImageModel.Environment)] = image => image with { Environment = [new("k", "v")] },
        [nameof(ImageModel.Ports)] = image => image with { Ports = ["80/tcp"] },
        [nameof(ImageModel.User)] = image => image with { User = "1000" },
        [nameof(ImageModel.WorkingDirectory)] = image => image with { WorkingDirectory = "/w" },
        [nameof(ImageModel.Entrypoint)] = image => image with { Entrypoint = ["e"] },
        [nameof(ImageModel.DefaultArguments)] = image => image with { DefaultArguments = ["e"] },
        [nameof(ImageModel.Epoch)] = image => image with { Epoch = 1 },
        [nameof(ImageModel.IsEpochGiven)] = image => image with { IsEpochGiven = true },
    };

    private static readonly Dictionary<string, Func<StepsModel, StepsModel>> StepChanges = new(StringComparer.Ordinal)
    {
        [nameof(StepsModel.Contexts)] = steps => steps with { Contexts = [new NamedSource("more", "https://example.com/more.git")] },
        [nameof(StepsModel.Network)] = steps => steps with { Network = "none" },
        [nameof(StepsModel.Hosts)] = steps => steps with { Hosts = [new NamedSource("name", "10.0.0.1")] },
        [nameof(StepsModel.Ulimits)] = steps => steps with { Ulimits = ["nofile=1:2"] },
        [nameof(StepsModel.Provenance)] = steps => steps with { Provenance = "mode=max" },
        [nameof(StepsModel.Sbom)] = steps => steps with { Sbom = "" },
    };

    // What steps are let to see, what is kept for the next build, and what is given beside the image.
    private static readonly Dictionary<string, Func<StepsModel, StepsModel>> StepsBeside = new(StringComparer.Ordinal)
    {
        [nameof(StepsModel.Secrets)] = steps => steps with { Secrets = [new NamedSource("s", "env:S")] },
        [nameof(StepsModel.Ssh)] = steps => steps with { Ssh = [new NamedSource("default", "")] },
        [nameof(StepsModel.CacheFrom)] = steps => steps with { CacheFrom = ["type=gha"] },
        [nameof(StepsModel.CacheTo)] = steps => steps with { CacheTo = ["type=inline"] },
        [nameof(StepsModel.Outputs)] = steps => steps with { Outputs = ["type=local,dest=out"] },
        [nameof(StepsModel.Allow)] = steps => steps with { Allow = ["network.host"] },
        [nameof(StepsModel.NoCacheStages)] = steps => steps with { NoCacheStages = ["last"] },
    };

    private readonly RegistryStandIn registry = new();
    private readonly RegistryTestContext connections = new();

    public ValueTask DisposeAsync()
    {
        connections.Dispose();
        return registry.DisposeAsync();
    }

    // Whose label the base image's name is decides which labels there are, and nothing else.
    [TestMethod]
    public void Changes_OfTheImage_AreAllInTheTable() =>
        CollectionAssert.AreEquivalent(
            typeof(ImageModel).GetProperties().Select(property => property.Name).ToList(), ImageChanges.Keys.Append(nameof(ImageModel.IsBaseNameGenerated)).ToList());

    [TestMethod]
    public void Changes_OfTheSteps_AreAllInTheTables() =>
        CollectionAssert.AreEquivalent(typeof(StepsModel).GetProperties().Select(property => property.Name).ToList(), StepChanges.Keys.Concat(StepsBeside.Keys).ToList());

    [TestMethod]
    public async Task Compute_AnythingThatMakesTheImage_GivesAnotherTag()
    {
        Push("base", "1");
        Push("tools", "1");
        var build = Build();
        var tags = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["nothing"] = await ComputeAsync(build),
            ["SDK"] = await new ContentTag(connections.Connections).ComputeAsync(build, "2", context.CancellationToken),
            ["content"] = await ComputeAsync(build with { Context = new FileSet([Bytes.File("a", "2"), Link]) }),
            ["name of a file"] = await ComputeAsync(build with { Context = new FileSet([Bytes.File("b", "1"), Link]) }),
            ["mode"] = await ComputeAsync(build with { Context = new FileSet([Bytes.File("a", "1", 0x1ED), Link]) }),
            ["link"] = await ComputeAsync(build with { Context = new FileSet([Bytes.File("a", "1"), Link with { LinkTarget = "b" }]) }),
            ["file less"] = await ComputeAsync(build with { Context = new FileSet([Bytes.File("a", "1")]) }),
            ["Dockerfile"] = await ComputeAsync(build with { Dockerfile = build.Dockerfile + "CMD x\n" }),
            ["argument"] = await ComputeAsync(build with { Arguments = new Dictionary<string, string> { ["N"] = "2" } }),
            ["argument more"] = await ComputeAsync(build with { Arguments = new Dictionary<string, string> { ["N"] = "1", ["M"] = "" } }),
            ["target"] = await ComputeAsync(With(build, builder => builder with { Target = "last" })),
            ["builder"] = await ComputeAsync(With(build, builder => builder with { Name = "embedded" })),
        };
        foreach (var (name, change) in ImageChanges)
        {
            tags[name] = await ComputeAsync(build with { Function = build.Function with { Image = change(build.Function.Image) } });
        }

        foreach (var (name, change) in StepChanges)
        {
            tags[name] = await ComputeAsync(With(build, builder => builder with { Steps = change(builder.Steps) }));
        }

        Push("base", "2");
        tags["base moved"] = await ComputeAsync(build);
        Push("tools", "2");
        tags["image of COPY --from moved"] = await ComputeAsync(build);

        var equal = tags.GroupBy(pair => pair.Value, pair => pair.Key).Where(group => group.Count() > 1).Select(group => string.Join(" = ", group));
        Assert.AreEqual("", string.Join(", ", equal));
        foreach (var tag in tags.Values)
        {
            Assert.MatchesRegex("^[0-9a-f]{64}$", tag);
        }
    }

    [TestMethod]
    public async Task Compute_WhereItIsAndWhereItGoes_GivesTheSameTag()
    {
        Push("base", "1");
        Push("tools", "1");
        var build = Build();
        var expected = await ComputeAsync(build);
        var function = build.Function;
        var elsewhere = new Dictionary<string, ImageBuild>(StringComparer.Ordinal)
        {
            ["registry"] = build with { Function = function with { Destination = new RegistryDestination([new ImageReference("reg.example.com", "x/y", "3", null)]) } },
            ["archive"] = build with { Function = function with { Destination = new ArchiveDestination(function.Destination.Names, "/elsewhere/x.tar") } },
            ["name of the function"] = build with { Function = function with { Name = FunctionName.TryParse("other")! } },
            ["handler"] = build with { Function = function with { HandlerFolder = "/elsewhere", ShrinkwrapFolder = "/elsewhere", TemplatePath = "/elsewhere" } },
            ["project"] = build with { Function = function with { Project = new ProjectInfo("x", "/elsewhere/x.csproj", "/elsewhere", "/elsewhere/obj") } },
            ["place of the Dockerfile"] = build with { DockerfilePath = "/elsewhere/Dockerfile" },
            ["temporary folder"] = build with { TemporaryFolder = "/elsewhere" },
            ["force"] = build with { Function = function with { Force = true } },
            ["no cache"] = With(build, builder => builder with { NoCache = true }),
            ["endpoint"] = With(build, builder => builder with { SpecialInputs = new HashSet<string> { "ContainerBuilderEndpoint" } }),
            ["registry without TLS"] = With(build, builder => builder with { InsecureRegistries = ["x"] }),
            ["order of entries"] = build with { Context = new FileSet(build.Context.Reverse()) },
        };
        foreach (var (name, change) in StepsBeside)
        {
            elsewhere[name] = With(build, builder => builder with { Steps = change(builder.Steps) });
        }

        foreach (var (name, other) in elsewhere)
        {
            Assert.AreEqual(expected, await ComputeAsync(other), name);
        }
    }

    [TestMethod]
    public async Task Compute_CopyOfTheFolderWithOtherTimes_GivesTheSameTag()
    {
        var build = Build() with { Dockerfile = "FROM scratch\nCOPY . /\n" };
        var tags = new List<string>();
        foreach (var name in new[] { "one", "two" })
        {
            var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), name)).FullName;
            var file = Path.Combine(folder, "f");
            await File.WriteAllTextAsync(file, "x", context.CancellationToken);
            File.SetLastWriteTimeUtc(file, new DateTime(2000 + name.Length + tags.Count, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            tags.Add(await ComputeAsync(build with { Context = new FileSet(DirectoryScanner.Scan(folder, new ScanOptions(), new RecordingLog())) }));
        }

        Assert.AreEqual(tags[0], tags[1]);
    }

    [TestMethod]
    public async Task Compute_Bases_AreAskedForOnceByHeadAndOnlyThoseThatTheTargetNeeds()
    {
        Push("base", "1");
        Push("tools", "1");
        var build = Build();
        build = build with { Function = build.Function with { Image = build.Function.Image with { Platforms = [Platform.Parse("linux/amd64"), Platform.Parse("linux/arm64")] } } };

        var session = new ContentTag(connections.Connections);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => session.ComputeAsync(build, "1", context.CancellationToken)));

        Assert.AreEqual(2, registry.Count("HEAD manifest"));
        Assert.AreEqual(0, registry.Count("GET manifest"));
    }

    [TestMethod]
    public async Task Compute_NamedContext_CountsWithItsContentAndNotWithItsPlace()
    {
        Push("base", "1");
        Push("tools", "1");
        Push("other", "1");
        string[] folders = [.. new[] { "one", "two" }.Select(name => Directory.CreateDirectory(Path.Combine(context.Folder(), name)).FullName)];
        foreach (var folder in folders)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "f"), "1", context.CancellationToken);
        }

        var image = $"docker-image://{registry.Name}/x:other";
        var (first, copy, moving) = (await WithContextAsync("named", folders[0]), await WithContextAsync("named", folders[1]), await WithContextAsync("named", image));
        var renamed = await WithContextAsync("other", folders[0]);
        await File.WriteAllTextAsync(Path.Combine(folders[1], "f"), "2", context.CancellationToken);
        Push("other", "2");
        var (changed, moved) = (await WithContextAsync("named", folders[1]), await WithContextAsync("named", image));

        Assert.AreEqual(first, copy);
        Assert.HasCount(5, new HashSet<string>([first, renamed, changed, moving, moved]));
    }

    [TestMethod]
    public async Task Compute_AddressAsContext_CountsWithoutItsToken()
    {
        Push("base", "1");
        Push("tools", "1");

        var plain = await WithContextAsync("named", "https://example.com/a@b.git#main");

        Assert.AreEqual(plain, await WithContextAsync("named", "https://job:token-1@example.com/a@b.git#main"));
        Assert.AreEqual(plain, await WithContextAsync("named", "https://token-2@example.com/a@b.git#main"));
        Assert.AreNotEqual(plain, await WithContextAsync("named", "https://example.com/a@c.git#main"));
    }

    [TestMethod]
    public async Task Compute_LayoutAsContext_CountsWithItsImageAndNotWithItsPlace()
    {
        Push("base", "1");
        Push("tools", "1");
        var tags = new List<string>();
        foreach (var (name, content) in new[] { ("one", "{}"), ("two", "{}"), ("three", "{ }") })
        {
            var layout = Path.Combine(context.Folder(), name);
            var digest = StoredBytes.Put(layout, Encoding.UTF8.GetBytes(content));
            await new LayoutIndex(layout).PutAsync(
                new Descriptor { MediaType = MediaTypes.OciManifest, Digest = digest, Size = content.Length }, "v1", TimeProvider.System, context.CancellationToken);
            tags.Add(await WithContextAsync("named", $"oci-layout://{layout}:v1"));
        }

        Assert.AreEqual(tags[0], tags[1]);
        Assert.AreNotEqual(tags[0], tags[2]);
    }

    [TestMethod]
    public async Task Compute_ContextInPlaceOfABase_TheBaseIsNotAskedFor()
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "base")).FullName;
        var build = With(Build(), builder => builder with { Steps = new StepsModel { Contexts = [new NamedSource($"{registry.Name}/x:base", folder)] } });

        await ComputeAsync(build with { Dockerfile = $"FROM {registry.Name}/x:base\n" });

        Assert.IsEmpty(registry.Requests);
    }

    [TestMethod]
    public async Task Compute_ContextIsNotThere_IsACodedError()
    {
        Push("base", "1");
        Push("tools", "1");

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => WithContextAsync("named", "absent"));

        Assert.AreEqual(BuildKitCacheDiagnostics.MalformedContextSource, error.Diagnostics[0].Descriptor);
    }

    [TestMethod]
    public async Task Compute_BaseByDigest_IsNotAskedFor()
    {
        await ComputeAsync(Build() with { Dockerfile = $"FROM {registry.Name}/base@sha256:{new string('a', 64)}\n" });

        Assert.IsEmpty(registry.Requests);
    }

    [TestMethod]
    public async Task Compute_BaseIsMissing_IsAnErrorAtItsLine()
    {
        Push("base", "1");

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => ComputeAsync(Build()));

        Assert.AreEqual(RegistryDiagnostics.NotFound, error.Diagnostics[0].Descriptor);
        Assert.AreEqual(("Dockerfile", 5), (error.Diagnostics[0].Location!.File, error.Diagnostics[0].Location!.Line));
    }

    private static ImageBuild With(ImageBuild build, Func<BuilderModel, BuilderModel> change) =>
        build with { Function = build.Function with { Builder = change(build.Function.Builder) } };

    private Task<string> WithContextAsync(string name, string source) =>
        ComputeAsync(With(Build(), builder => builder with { Steps = builder.Steps with { Contexts = [new NamedSource(name, source)] } }));

    private Task<string> ComputeAsync(ImageBuild build) => new ContentTag(connections.Connections).ComputeAsync(build, "1", context.CancellationToken);

    private void Push(string tag, string content) => registry.AddManifest(Encoding.UTF8.GetBytes($"{tag} {content}"), MediaTypes.OciManifest, tag);

    private ImageBuild Build() => new(
        FunctionModelReader.Read(RequestBuilder.Create("any", ("FunctionTemplate", "dockerfile")), _ => null),
        new FileSet([Bytes.File("a", "1"), Link]),
        $"ARG N=base\nFROM {registry.Name}/absent:absent AS unused\nFROM scratch AS other\nFROM {registry.Name}/x:base AS last\nCOPY --from={registry.Name}/x:tools / /\n",
        "Dockerfile",
        new Dictionary<string, string> { ["N"] = "base" },
        context.Folder(),
        new RecordingLog());
}
