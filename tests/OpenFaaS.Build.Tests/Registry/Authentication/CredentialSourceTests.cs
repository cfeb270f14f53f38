using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.Registry.Authentication;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Registry.Authentication;

/// <summary>Which credentials a registry gets: environment, files and helpers (fault 52), in their order.</summary>
[TestClass]
public sealed class CredentialSourceTests(TestContext context)
{
    private static readonly (string, string)[] AllVariables =
    [
        ("DOTNET_CONTAINER_REGISTRY_UNAME", "both"), ("DOTNET_CONTAINER_REGISTRY_PWORD", "p"),
        ("DOTNET_CONTAINER_PUSH_REGISTRY_UNAME", "push"), ("DOTNET_CONTAINER_PUSH_REGISTRY_PWORD", "p"),
        ("DOTNET_CONTAINER_PULL_REGISTRY_UNAME", "pull"), ("DOTNET_CONTAINER_PULL_REGISTRY_PWORD", "p"),
    ];

    [TestMethod]
    [DataRow("out.example", RegistryAccess.Push, "push")]
    [DataRow("OUT.example", RegistryAccess.Push, "push")]
    [DataRow("out.example", RegistryAccess.Pull, "pull")]
    [DataRow("base.example", RegistryAccess.Pull, "pull")]
    [DataRow("base.example", RegistryAccess.Push, null)]
    [DataRow("stranger.example", RegistryAccess.Pull, null)]
    [DataRow("stranger.example", RegistryAccess.Push, null)]
    public async Task Find_Variables_GoToTheRegistriesThatTheUserNamed(string registry, RegistryAccess access, string? expected) =>
        Assert.AreEqual(expected, (await FindAsync(registry, access, AllVariables))?.Username);

    [TestMethod]
    [DataRow("DOTNET_CONTAINER_REGISTRY")]
    [DataRow("SDK_CONTAINER_REGISTRY")]
    public async Task Find_GeneralVariables_AreForTheOutputRegistryOnly(string name)
    {
        (string, string)[] variables = [(name + "_UNAME", "u"), (name + "_PWORD", "p")];

        Assert.AreEqual("u", (await FindAsync("out.example", RegistryAccess.Push, variables))?.Username);
        Assert.AreEqual("u", (await FindAsync("out.example", RegistryAccess.Pull, variables))?.Username);
        Assert.IsNull(await FindAsync("base.example", RegistryAccess.Pull, variables));
        Assert.IsNull(await FindAsync("out.example", RegistryAccess.Push, variables[0]));
    }

    [TestMethod]
    public async Task Find_Files_AreAskedInOrder()
    {
        var home = context.Folder();
        string Write(string path, string user)
        {
            var file = Path.Combine(home, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, $$"""{"auths":{"r.example":{"username":"{{user}}","password":"p"} } }""");
            return file;
        }

        Write(".config/containers/auth.json", "podman");
        Assert.AreEqual("podman", (await FindAsync("r.example", RegistryAccess.Pull, ("HOME", home)))?.Username);
        Write("run/containers/auth.json", "runtime");
        Assert.AreEqual("runtime", (await FindAsync("r.example", RegistryAccess.Pull, ("HOME", home), ("XDG_RUNTIME_DIR", home + "/run")))?.Username);
        Write(".docker/config.json", "docker");
        Assert.AreEqual("docker", (await FindAsync("r.example", RegistryAccess.Pull, ("HOME", home), ("XDG_RUNTIME_DIR", home + "/run")))?.Username);
        Write("other/config.json", "chosen");
        Assert.AreEqual("chosen", (await FindAsync("r.example", RegistryAccess.Pull, ("HOME", home), ("DOCKER_CONFIG", home + "/other")))?.Username);
        var file = Write("file.json", "file");
        Assert.AreEqual("file", (await FindAsync("r.example", RegistryAccess.Pull, ("HOME", home), ("REGISTRY_AUTH_FILE", file)))?.Username);
    }

    [TestMethod]
    public async Task Find_FileOfTwoMegabytes_IsACodedError()
    {
        var file = Path.Combine(context.Folder(), "config.json");
        await File.WriteAllTextAsync(file, new string(' ', 2 << 20));

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => FindAsync("r.example", RegistryAccess.Pull, ("DOCKER_CONFIG", context.Folder())));

        Assert.AreEqual(RegistryDiagnostics.MalformedCredentials, error.Diagnostics[0].Descriptor);
    }

    [TestMethod]
    public async Task Helper_Answers_IsUsedAndGetsTheServerOnItsInput()
    {
        await ScriptAsync("ok", """read server; printf '{"ServerURL":"%s","Username":"%s","Secret":"p"}' "$server" "$server" """);

        Assert.AreEqual("r.example:5000", (await HelperAsync("ok", "r.example:5000"))?.Username);
        Assert.AreEqual("https://index.docker.io/v1/", (await HelperAsync("ok", "docker.io"))?.Username);
    }

    [TestMethod]
    public async Task Helper_GivesIdentityToken()
    {
        await ScriptAsync("token", """printf '{"ServerURL":"x","Username":"<token>","Secret":"it"}\r\n' """);

        Assert.AreEqual("it", (await HelperAsync("token", "r.example"))?.IdentityToken);
    }

    [TestMethod]
    public async Task Helper_HasNone_IsAnonymousForItsOwnRegistry()
    {
        await ScriptAsync("none", "echo 'credentials not found in native keychain'; exit 1");

        Assert.IsNull(await HelperAsync("none", "r.example", """,'auths':{'r.example':{'username':'file','password':'p'}}"""));
        Assert.AreEqual("file", (await StoreAsync("none", "r.example", """,'auths':{'r.example':{'username':'file','password':'p'}}"""))?.Username);
    }

    [TestMethod]
    [DataRow("missing", null, "in no folder of PATH")]
    [DataRow("../../tmp/x", null, "its name may hold")]
    [DataRow("a b", null, "its name may hold")]
    [DataRow("fails", "echo topsecret; echo topsecret >&2; exit 3", "exit code 3")]
    [DataRow("garbage", "echo topsecret", "no valid JSON")]
    [DataRow("partly", """echo '{"Username":"topsecret"}'""", "no valid JSON")]
    [DataRow("floods", "head -c 10000000 /dev/zero", "printed too much")]
    [DataRow("hangs", "sleep 60 & wait", "did not end within")]
    public async Task Helper_Fails_IsACodedErrorWithoutItsOutput(string name, string? script, string reason)
    {
        if (script is not null)
        {
            await ScriptAsync(name, script);
        }

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => HelperAsync(name, "r.example", limit: name == "hangs" ? 1 : 30));

        Assert.AreEqual(RegistryDiagnostics.CredentialHelperFailed, error.Diagnostics[0].Descriptor);
        Assert.Contains(reason, error.Message);
        Assert.DoesNotContain("topsecret", error.ToString());
    }

    private Task ScriptAsync(string name, string script) => Tool.WriteScriptAsync(
        Path.Combine(context.Folder(), "docker-credential-" + name), "#!/bin/sh\n[ \"$*\" = get ] || exit 99\n" + script + "\n", context.CancellationToken);

    private Task<RegistryCredential?> HelperAsync(string name, string registry, string more = "", int limit = 30) =>
        ConfigAsync($"{{'credHelpers':{{'{registry}':'{name}'}}{more}}}", registry, limit);

    private Task<RegistryCredential?> StoreAsync(string name, string registry, string more) =>
        ConfigAsync($"{{'credsStore':'{name}'{more}}}", registry, 30);

    private Task<RegistryCredential?> ConfigAsync(string json, string registry, int limit) => new CredentialSource(new RegistryOptions
    {
        Log = new RecordingLog(),
        Limits = new RegistryLimits { CredentialHelper = TimeSpan.FromSeconds(limit) },
        Environment = name => name switch
        {
            "DOCKER_AUTH_CONFIG" => json.Replace('\'', '"'),
            "PATH" => ".:relative:" + context.Folder(),
            _ => null,
        },
    }).FindAsync(registry, "x", RegistryAccess.Pull, context.CancellationToken);

    private Task<RegistryCredential?> FindAsync(string registry, RegistryAccess access, params (string Name, string Value)[] variables) => new CredentialSource(new RegistryOptions
    {
        Log = new RecordingLog(),
        OutputRegistry = "out.example",
        BaseRegistry = "base.example",
        Environment = name => variables.FirstOrDefault(variable => variable.Name == name).Value,
    }).FindAsync(registry, "x", access, context.CancellationToken);
}
