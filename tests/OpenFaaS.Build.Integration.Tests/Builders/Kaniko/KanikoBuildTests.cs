using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.Kaniko;

/// <summary>What Kaniko's executor is told in a container, and where its images go.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("registry-tls"), RequiresService("docker"), RequiresService("podman"), RequiresService("tools")]
public sealed class KanikoBuildTests(TestContext context)
{
    private const string Shell = BuildKitFunction.WithShell;

    [TestMethod]
    [DataRow("docker")]
    [DataRow("podman")]
    public async Task Publish_EveryInput_IsToldWithoutSecretsOrRights(string engine)
    {
        var (function, calls) = await KanikoExecutor.RecordedAsync(context, engine, Shell.Replace("FROM scratch", "FROM scratch AS wanted", StringComparison.Ordinal)
            + "ARG WORD\nARG TARGETARCH\nRUN echo \"$TARGETARCH ${#WORD}\" > /made\nFROM scratch\nCOPY nothing /\n");
        function.ToRegistry().Set("ContainerTarget", "wanted").Set("ContainerImageTags", "one;two")
            .Add("ContainerBuildArg", "WORD", "Value", "env:CANARY").Add("ContainerLabel", "test.label", "Value", "a, \"value\"");
        var canary = Guid.NewGuid().ToString("n");
        function.Environment["CANARY"] = canary;

        var image = await function.PublishAsync();

        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}", "one"), image.Digest);
        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}", "two"), image.Digest);
        Assert.AreEqual($"{(await Tool.RunAsync("dpkg", ["--print-architecture"], context.CancellationToken)).Trim()} 32\n", await function.FileAtRegistryAsync("made", "one"));
        Assert.AreEqual("a, \"value\"", await function.AtRegistryAsync("{{index .Labels \"test.label\"}}", "one"));
        var said = calls();
        Assert.DoesNotContain(canary, said + function.Messages);
        Assert.Contains("--env\nWORD\n", said);
        Assert.Contains("--build-arg=WORD\n", said);
        Assert.Contains("--target=wanted\n", said);
        Assert.DoesNotContain("--force", said);
        var mounts = said.Split('\n').Where(line => line.StartsWith("type=bind,", StringComparison.Ordinal)).ToList();
        Assert.IsTrue(mounts.TrueForAll(mount => mount.Contains(",target=/kaniko/.", StringComparison.Ordinal)), said);
        Assert.IsTrue(mounts.TrueForAll(mount => mount.EndsWith(",readonly", StringComparison.Ordinal) != mount.EndsWith("/output", StringComparison.Ordinal)), said);
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("podman")]
    public async Task Publish_ToAnotherEngine_IsTheImageThatTheExecutorTold(string engine)
    {
        var function = KanikoExecutor.Function(context, engine, Shell + $"ENV THIS={Guid.NewGuid():n}\nRUN echo built by kaniko > /said\nCMD [\"/bin/busybox\", \"cat\", \"/said\"]\n").Set("LocalRegistry", "Podman");
        function.Environment["CONTAINER_HOST"] = TestServices.Endpoint("podman");
        if (engine == "podman")
        {
            // Its own service would be spoken to otherwise, by a command that is not made for it.
            function.Environment.Remove("CONTAINER_HOST");
            function.Set("LocalRegistry", "Docker").Environment["DOCKER_HOST"] = TestServices.Endpoint("docker");
        }

        var image = await function.PublishAsync();

        var other = TestServices.Fact(engine == "podman" ? "docker" : "podman", "CLI");
        Assert.AreEqual("built by kaniko", (await Tool.RunAsync(other, ["run", "--rm", "--network", "none", $"docker.io/library/{function.Name}:latest"], context.CancellationToken)).Trim());
        Assert.AreEqual(image.ConfigDigest, "sha256:" + (await Tool.RunAsync(other, ["image", "inspect", "--format", "{{.Id}}", $"docker.io/library/{function.Name}:latest"], context.CancellationToken)).Trim().Replace("sha256:", "", StringComparison.Ordinal));
        await Tool.RunAsync(other, ["rmi", $"docker.io/library/{function.Name}:latest"], context.CancellationToken);
    }

    [TestMethod]
    public async Task Publish_RegistryWithAPrivateAuthority_IsTrustedByTheSdksOwnFiles()
    {
        var (function, calls) = await KanikoExecutor.RecordedAsync(context, "docker", Shell + $"ENV THIS={Guid.NewGuid():n}\nRUN echo x > /x\n");
        function.ToRegistry("registry-tls").Environment["OPENFAAS_REGISTRY_CERTS"] = TestServices.Fact("registry-tls", "CA");

        var image = await function.PublishAsync();

        Assert.AreEqual(image.Digest, (await Tool.RunAsync(
            "skopeo", ["inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + function.Reference], context.CancellationToken)).Trim());
        Assert.Contains($"--registry-certificate={TestServices.Endpoint("registry-tls")}=/kaniko/.openfaas/certificates/0.crt\n", calls());
    }

    [TestMethod]
    public async Task Publish_CacheRepository_GivesTheNextBuildItsLayers()
    {
        var cache = $"type=registry,ref={TestServices.Endpoint("registry")}/caches/kaniko-{Guid.NewGuid():n},mode=max";
        var dockerfile = Shell + $"ENV THIS={Guid.NewGuid():n}\nRUN cat /proc/sys/kernel/random/uuid > /id\n";
        var first = KanikoExecutor.Function(context, "docker", dockerfile).ToRegistry().Add("ContainerCacheTo", cache).Add("ContainerCacheFrom", cache);
        await first.PublishAsync();
        var (second, calls) = await KanikoExecutor.RecordedAsync(context, "podman", dockerfile);
        second.ToRegistry().Add("ContainerCacheFrom", cache);

        await second.PublishAsync();

        Assert.AreEqual(await first.FileAtRegistryAsync("id"), await second.FileAtRegistryAsync("id"));
        Assert.Contains("--no-push-cache\n", calls());
    }

    [TestMethod]
    public async Task Publish_RegistryIsGoneAtThePush_IsAnErrorWhateverTheDigestFileSays()
    {
        var (function, calls) = await KanikoExecutor.RecordedAsync(context, "docker", Shell + "RUN echo x > /x\n");
        function.Set("ContainerRegistry", "127.0.0.1:9");

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Diagnostics.Single();

        Assert.AreEqual("OFB2607", failure.Descriptor.Code);
        Assert.Contains("127.0.0.1:9/", failure.Message);
        Assert.Contains("--digest-file=", calls());
        Assert.IsFalse(File.Exists(Path.Combine(function.Folder, "obj", "openfaas", function.Name + ".digest")));
    }

    [TestMethod]
    [DataRow("RUN --mount=type=cache,target=/c true", "OFB2002", "RUN --mount")]
    [DataRow("RUN <<EOF\necho x\nEOF", "OFB2002", "here-documents")]
    [DataRow("RUN --network=none true", "OFB2002", "RUN --network")]
    [DataRow("COPY --exclude=*.md busybox /x", "OFB2002", "COPY --exclude")]
    [DataRow("ADD --checksum=sha256:0000000000000000000000000000000000000000000000000000000000000000 http://127.0.0.1/x /x", "OFB2002", "ADD --checksum")]
    [DataRow("ADD https://git.example/some/repository.git /x", "OFB2712", "repository.git")]
    [DataRow("ARG REPO=https://git.example/some/repository.git\nADD ${REPO} /x", "OFB2712", "${REPO}", 6)]
    [DataRow("ADD $FROM_THE_BASE /x", "OFB2715", "$FROM_THE_BASE")]
    [DataRow("FROM --platform=linux/s390x scratch", "OFB2711", "linux/s390x")]
    public async Task Publish_WhatTheExecutorDropsWithoutAWord_IsRefusedBeforeItStarts(string instruction, string code, string named, int line = 5)
    {
        var (function, calls) = await KanikoExecutor.RecordedAsync(context, "docker", Shell + instruction + "\n");

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.ToRegistry().PublishAsync())).Diagnostics.Single();

        Assert.AreEqual(code, failure.Descriptor.Code);
        Assert.Contains(named, failure.Message);
        Assert.AreEqual(line, failure.Location?.Line);
        Assert.DoesNotContain("run\n--rm\n", calls());
    }
}
