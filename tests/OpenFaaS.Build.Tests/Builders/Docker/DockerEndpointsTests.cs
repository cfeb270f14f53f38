using System.Security.Cryptography;
using System.Text;
using OpenFaaS.Build.Builders.Docker.Endpoints;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Docker;

[TestClass]
public sealed class DockerEndpointsTests(TestContext context)
{
    private readonly Dictionary<string, string> environment = new(StringComparer.Ordinal);

    [TestMethod]
    [DataRow("unix:///x/docker.sock", "", "unix:///x/docker.sock")]
    [DataRow("tcp://127.0.0.1", "", "tcp://127.0.0.1:2375")]
    [DataRow("tcp://127.0.0.1:2375/", "", "tcp://127.0.0.1:2375")]
    [DataRow("tcp://host.example", "1", "https://host.example:2376")]
    [DataRow("tcp://[::1]", "1", "https://[::1]:2376")]
    [DataRow("tcp://host.example:1234", "1", "https://host.example:1234")]
    [DataRow("ssh://me@host.example", "1", "ssh://me@host.example")]
    public async Task Find_DockerHost_IsReadAsDockerReadsIt(string host, string verify, string expected)
    {
        environment["DOCKER_HOST"] = host;
        environment["DOCKER_TLS_VERIFY"] = verify;
        environment["DOCKER_CONTEXT"] = "not-there";

        var endpoint = (await FindAsync()).Single();

        Assert.AreEqual(expected, endpoint.Text);
        Assert.AreEqual("DOCKER_HOST", endpoint.Origin);
    }

    [TestMethod]
    public async Task Find_TlsFilesOfDockerCertPath_AreTakenAndThoseOfTheProjectComeFirst()
    {
        foreach (var name in new[] { "ca.pem", "cert.pem", "key.pem" })
        {
            await File.WriteAllTextAsync(Path.Combine(context.Folder(), name), "", context.CancellationToken);
        }

        environment["DOCKER_HOST"] = "tcp://host.example";
        environment["DOCKER_TLS_VERIFY"] = "1";
        environment["DOCKER_CERT_PATH"] = context.Folder();

        var endpoint = (await DockerEndpoints.FindAsync(new EngineModel { CaFile = "/own/ca.pem" }, environment.GetValueOrDefault, context.CancellationToken)).Single();

        Assert.AreEqual("/own/ca.pem", endpoint.CaFile);
        Assert.AreEqual(Path.Combine(context.Folder(), "cert.pem"), endpoint.CertFile);
        Assert.AreEqual(Path.Combine(context.Folder(), "key.pem"), endpoint.KeyFile);
    }

    [TestMethod]
    public async Task Find_NothingNamed_IsTheUsualPlaces()
    {
        environment["XDG_RUNTIME_DIR"] = "/run/user/7";

        var endpoints = await FindAsync();

        CollectionAssert.IsSubsetOf(new[] { "unix:///run/user/7/docker.sock", "unix:///var/run/docker.sock" }, endpoints.Select(endpoint => endpoint.Text).ToArray());
    }

    [TestMethod]
    [DataRow("tcp://host.example:2376", true, "https://host.example:2376", true)]
    [DataRow("tcp://host.example:2375", false, "tcp://host.example:2375", true)]
    [DataRow("unix:///x/docker.sock", false, "unix:///x/docker.sock", false)]
    [DataRow("ssh://host.example", false, "ssh://host.example", true)]
    public async Task Find_CurrentContext_IsReadWithItsTlsFiles(string host, bool hasFiles, string expected, bool isRemote)
    {
        var id = await WriteContextAsync("mine", """{"Name":"mine","Endpoints":{"docker":{"Host":"HOST"}}}""".Replace("HOST", host, StringComparison.Ordinal));
        if (hasFiles)
        {
            var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "contexts", "tls", id, "docker")).FullName;
            await File.WriteAllTextAsync(Path.Combine(folder, "ca.pem"), "", context.CancellationToken);
        }

        var endpoint = (await FindAsync()).Single();

        Assert.AreEqual(expected, endpoint.Text);
        Assert.AreEqual("the docker context 'mine'", endpoint.Origin);
        Assert.AreEqual(hasFiles, endpoint.CaFile is not null);
        Assert.AreEqual(isRemote, endpoint.IsRemote);
    }

    [TestMethod]
    [DataRow("{\"Name\":\"other\",\"Endpoints\":{\"docker\":{\"Host\":\"unix:///x\"}}}", "is of another context")]
    [DataRow("{\"Name\":\"mine\",\"Endpoints\":{\"docker\":{}}}", "names no engine")]
    [DataRow("{\"Name\":\"mine\",\"Endpoints\":[]}", "names no engine")]
    [DataRow("{\"Name\":\"mine\"", "no valid JSON")]
    [DataRow("[]", "no JSON object")]
    [DataRow(null, "there is no")]
    public async Task Find_ContextIsMalformed_IsACodedError(string? meta, string problem)
    {
        await WriteContextAsync("mine", meta);

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(FindAsync);

        Assert.AreEqual("OFB2402", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains(problem, failure.Diagnostics[0].Message);
    }

    [TestMethod]
    [DataRow("../../etc")]
    [DataRow("a/b")]
    [DataRow("a\u001b[31m")]
    [DataRow("-x")]
    public async Task Find_HostileNameOfAContext_IsACodedErrorWithoutAFile(string name)
    {
        environment["DOCKER_CONFIG"] = context.Folder();
        environment["DOCKER_CONTEXT"] = name;

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(FindAsync);

        Assert.Contains("no name of a context", failure.Diagnostics[0].Message);
        Assert.DoesNotContain('\u001b', failure.Diagnostics[0].Message);
    }

    [TestMethod]
    public async Task Find_HugeOrDeepFile_IsBounded()
    {
        var id = await WriteContextAsync("mine", "{\"Name\":\"" + new string('x', 2 << 20) + "\"}");
        Assert.Contains("larger than", (await Assert.ThrowsExactlyAsync<DiagnosticException>(FindAsync)).Diagnostics[0].Message);
        await File.WriteAllTextAsync(
            Path.Combine(context.Folder(), "contexts", "meta", id, "meta.json"), new string('[', 1000) + new string(']', 1000), context.CancellationToken);
        Assert.Contains("no valid JSON", (await Assert.ThrowsExactlyAsync<DiagnosticException>(FindAsync)).Diagnostics[0].Message);
    }

    private Task<IReadOnlyList<DockerEndpoint>> FindAsync() => DockerEndpoints.FindAsync(new EngineModel(), environment.GetValueOrDefault, context.CancellationToken);

    private async Task<string> WriteContextAsync(string name, string? meta)
    {
        environment["DOCKER_CONFIG"] = context.Folder();
        await File.WriteAllTextAsync(Path.Combine(context.Folder(), "config.json"), $$"""{"auths":{},"currentContext":"{{name}}"}""", context.CancellationToken);
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        if (meta is not null)
        {
            Directory.CreateDirectory(Path.Combine(context.Folder(), "contexts", "meta", id));
            await File.WriteAllTextAsync(Path.Combine(context.Folder(), "contexts", "meta", id, "meta.json"), meta, context.CancellationToken);
        }

        return id;
    }
}
