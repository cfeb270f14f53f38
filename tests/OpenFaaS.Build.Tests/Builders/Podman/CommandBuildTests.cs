using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Builders.Podman;
using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Podman;

/// <summary>What reaches the commands, seen by stand-ins that write down their arguments.</summary>
[TestClass]
public sealed class CommandBuildTests(TestContext context)
{
    private const string Secret = "s3cret-v4lue";
    private readonly RecordingLog log = new();

    [TestMethod]
    public async Task Build_Arguments_HoldNamesAndNoValues()
    {
        var build = SampleBuild.Of(context, "FROM scratch\nARG TOKEN\n", log, ("ContainerTarget", "0"), ("ContainerNoCache", "true"), ("ContainerNetwork", "none"), ("ContainerArchiveOutputPath", "x.tar")) with
        {
            Arguments = new Dictionary<string, string> { ["TOKEN"] = Secret, ["PATH"] = "/usr/bin" },
        };

        await RunAsync(CommandKind.Buildah, build);

        var asked = await AskedAsync();
        var build_ = asked.Single(line => line.StartsWith("build ", StringComparison.Ordinal));
        Assert.Contains(" --build-arg TOKEN ", build_);
        Assert.Contains(" --build-arg PATH=/usr/bin ", build_);
        Assert.Contains(" --no-cache --target 0 --timestamp 0 --network none ", build_);
        Assert.Contains(" --pull=missing ", build_);
        Assert.DoesNotContain(Secret, string.Join('\n', asked));
        CollectionAssert.Contains(asked.ToList(), "TOKEN=" + Secret.Length);
    }

    [TestMethod]
    public async Task Build_PropertiesOfTheEngine_GoWhereEachCommandTakesThem()
    {
        (string, string)[] properties = [("BuildahIsolation", "chroot"), ("BuildahRuntime", "runc"), ("BuildahStorageDriver", "vfs"), ("ContainerArchiveOutputPath", "x.tar")];

        await RunAsync(CommandKind.Podman, SampleBuild.Of(context, "FROM scratch\n", log, properties));
        var podman = (await AskedAsync()).Single(line => line.Contains(" build ", StringComparison.Ordinal));
        File.Delete(Record);
        await RunAsync(CommandKind.Buildah, SampleBuild.Of(context, "FROM scratch\n", log, properties));
        var buildah = (await AskedAsync()).Single(line => line.Contains(" build ", StringComparison.Ordinal));

        Assert.StartsWith("--runtime runc --storage-driver vfs build ", podman);
        Assert.StartsWith("--storage-driver vfs build ", buildah);
        Assert.Contains(" --isolation chroot --runtime runc ", buildah);
    }

    [TestMethod]
    public async Task Build_ImageOfAnotherPlatform_IsBuiltOnceMoreWithoutTheCache()
    {
        var build = SampleBuild.Of(context, "FROM scratch\n", log, ("ContainerPlatforms", "linux/s390x"), ("ContainerArchiveOutputPath", "x.tar"));

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => StartAsync(CommandKind.Buildah, build));

        Assert.Contains("the image is for linux/amd64, and linux/s390x was asked for", failure.Message);
        var builds = (await AskedAsync()).Where(line => line.StartsWith("build ", StringComparison.Ordinal)).ToList();
        Assert.HasCount(2, builds);
        Assert.DoesNotContain("--no-cache", builds[0]);
        Assert.Contains("--no-cache", builds[1]);
    }

    [TestMethod]
    public async Task Build_PushWithoutDigestFile_IsAnError()
    {
        var build = SampleBuild.Of(context, "FROM scratch\n", log, ("ContainerRegistry", "registry.invalid"));

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => StartAsync(CommandKind.Podman, build));

        Assert.AreEqual("OFB2608", failure.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    [DataRow("buildah version 1.28.2 (image-spec 1.1.0-rc2, runtime-spec 1.0.2-dev)\n", "1.28.2")]
    [DataRow("podman version 5.3.0-rc1\n", "5.3.0")]
    [DataRow("something else\n", null)]
    [DataRow("", null)]
    public void Version_Text_IsReadOrRefused(string text, string? expected) =>
        Assert.AreEqual(expected is null ? null : Version.Parse(expected), CommandKind.VersionOf(new OpenFaaS.Build.Processes.ToolResult(0, text, "")));

    [TestMethod]
    public void Caches_TypeOrCount_AreRefusedWithTheirPlace()
    {
        var function = SampleBuild.Of(context, "FROM scratch\n", log).Function;
        FunctionModel With(params string[] from) => function with { Builder = function.Builder with { Steps = new StepsModel { CacheFrom = from } } };

        var read = CacheRepositories.Read(With("type=registry,ref=r.example/a:tag", "r.example/b"), CommandKind.Buildah, new Version(1, 43));
        CollectionAssert.AreEqual(new[] { "r.example/a", "r.example/b" }, read.From.Select(cache => cache.ToString()).ToList());
        Assert.AreEqual("OFB2612", Refused("type=local,src=x"));
        Assert.AreEqual("OFB2612", Refused("r.example/a", "r.example/b"));

        string Refused(params string[] from) => Assert.ThrowsExactly<DiagnosticException>(() => CacheRepositories.Read(With(from), CommandKind.Buildah, new Version(1, 28))).Diagnostics.Single().Descriptor.Code;
    }

    private string Record => Path.Combine(context.Folder(), "record");

    private async Task<IReadOnlyList<string>> AskedAsync() => await File.ReadAllLinesAsync(Record, context.CancellationToken);

    // The stand-in exports nothing, so a build for an archive ends when its image is read.
    private async Task RunAsync(CommandKind kind, ImageBuild build) => Assert.AreEqual(
        "OFB5311", (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => StartAsync(kind, build))).Diagnostics.Single().Descriptor.Code);

    private async Task StartAsync(CommandKind kind, ImageBuild build)
    {
        var command = Path.Combine(context.Folder(), "stand-in-" + kind.Name);
        if (!File.Exists(command))
        {
            await Tool.WriteScriptAsync(
                command,
                $$"""
                #!/bin/sh
                echo "$@" >> {{Record}}
                [ -z "$TOKEN" ] || echo "TOKEN=${#TOKEN}" >> {{Record}}
                while [ $# -gt 0 ]; do
                  case "$1" in
                    --iidfile) printf 'sha256:%064d' 1 > "$2" ;;
                    inspect) echo linux/amd64 ;;
                  esac
                  shift
                done
                """,
                context.CancellationToken);
        }

        // Folders of an earlier build of this test.
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), Guid.NewGuid().ToString("n"))).FullName;
        using var registries = new RegistryTestContext();
        var tool = new BuildTool(kind.Name, command) { CommonArguments = kind.CommonArguments(build.Function.Builder.Engine) };
        await new CommandBuild(kind, tool, new Version(9, 9), build with { TemporaryFolder = folder }, new BuilderSurroundings(registries.Connections, _ => null, _ => null)).RunAsync(context.CancellationToken);
    }
}
