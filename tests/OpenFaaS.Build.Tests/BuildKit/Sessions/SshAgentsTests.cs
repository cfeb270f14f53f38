using OpenFaaS.Build.BuildKit.Sessions.Ssh;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Sessions;

/// <summary>Agents that are there, and agents that the build starts with OpenSSH's own programs.</summary>
[TestClass, RequiresTool("tools", "ssh-agent", "ssh-add", "ssh-keygen")]
public sealed class SshAgentsTests(TestContext context)
{
    [TestMethod]
    public async Task Open_KeyFile_StartsAnAgentWithThisKeyOnlyThatEndsWithTheBuild()
    {
        var key = await KeyAsync("key", "");
        string socket;
        await using (var agents = await OpenAsync(new SshReference("default", [key])))
        {
            socket = agents.Sockets["default"];
            var list = await ListAsync(socket);

            Assert.AreEqual(await File.ReadAllTextAsync(key + ".pub", context.CancellationToken), list);
            Assert.IsTrue(await AgentRunsAsync(socket));
        }

        Assert.IsFalse(File.Exists(socket) || Directory.Exists(Path.GetDirectoryName(socket)));
        Assert.IsFalse(await AgentRunsAsync(socket));
    }

    [TestMethod]
    public async Task Open_SocketOfTheUsersAgent_IsUsedAsItIs()
    {
        await using var own = await OpenAsync(new SshReference("default", [await KeyAsync("key", "")]));
        var socket = own.Sockets["default"];

        await using var byVariable = await SshAgents.OpenAsync([new SshReference("a", [])], name => name == "SSH_AUTH_SOCK" ? socket : null, context.CancellationToken);
        await using var byPath = await OpenAsync(new SshReference("b", [socket]));

        Assert.AreEqual(socket, byVariable.Sockets["a"]);
        Assert.AreEqual(socket, byPath.Sockets["b"]);
    }

    [TestMethod]
    public async Task Open_PathTooLongForASocket_IsACodedError()
    {
        await using var own = await OpenAsync(new SshReference("default", [await KeyAsync("key", "")]));
        var path = Path.Combine(context.Folder(), new string('x', 110));
        File.CreateSymbolicLink(path, own.Sockets["default"]);

        Assert.AreEqual("OFB5121", await CodeAsync(new SshReference("a", [path])));
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(
            () => SshAgents.OpenAsync([new SshReference("a", [])], name => name == "SSH_AUTH_SOCK" ? path : null, context.CancellationToken));
        Assert.Contains("is longer than", failure.Message);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task Open_ProtectedKey_IsACodedErrorAndNoPrompt()
    {
        var key = await KeyAsync("key", "passphrase");

        Assert.AreEqual("OFB5122", await CodeAsync(new SshReference("default", [key])));
    }

    [TestMethod]
    public async Task Open_NoKeyAtAll_IsACodedError()
    {
        var path = Path.Combine(context.Folder(), "key");
        await File.WriteAllTextAsync(path, "nothing", context.CancellationToken);
        File.SetUnixFileMode(path, UnixFileMode.UserRead);

        Assert.AreEqual("OFB5123", await CodeAsync(new SshReference("default", [path])));
    }

    [TestMethod]
    public async Task Open_NothingThere_IsACodedError()
    {
        Assert.AreEqual("OFB5121", await CodeAsync(new SshReference("default", [])));
        Assert.AreEqual("OFB5121", await CodeAsync(new SshReference("default", ["/nowhere/at/all"])));
    }

    [TestMethod]
    public async Task Open_NoOpenSsh_IsACodedError()
    {
        var key = await KeyAsync("key", "");

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => SshAgents.OpenAsync([new SshReference("default", [key])], _ => null, context.CancellationToken));

        Assert.AreEqual("OFB5124", error.Diagnostics[0].Descriptor.Code);
    }

    private static string? FindPath(string name) => name == "PATH" ? Environment.GetEnvironmentVariable("PATH") : null;

    private static async Task<bool> AgentRunsAsync(string socket)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            try
            {
                if ((await File.ReadAllTextAsync(Path.Combine(folder, "cmdline"))).Contains(socket, StringComparison.Ordinal))
                {
                    return true;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
        }

        return false;
    }

    private Task<SshAgents> OpenAsync(SshReference reference) => SshAgents.OpenAsync([reference], FindPath, context.CancellationToken);

    private async Task<string> CodeAsync(SshReference reference) =>
        (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => OpenAsync(reference))).Diagnostics[0].Descriptor.Code;

    private Task<string> ListAsync(string socket) => Tool.RunAsync("env", ["SSH_AUTH_SOCK=" + socket, "ssh-add", "-L"], context.CancellationToken);

    private async Task<string> KeyAsync(string name, string passphrase)
    {
        var path = Path.Combine(context.Folder(), name);
        await Tool.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-f", path], context.CancellationToken);
        return path;
    }
}
