using System.Net.Sockets;
using System.Runtime.InteropServices;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Tests.BuildKit.Connections;

/// <summary>Case 84 of the catalogue: sockets that lead nowhere.</summary>
[TestClass]
public sealed class UnixSocketFaultTests(TestContext context)
{
    private string path = "";

    [TestInitialize]
    public void ChoosePath() => path = Path.Combine(Path.GetTempPath(), $"ofb-{Guid.NewGuid():n}.sock");

    [TestCleanup]
    public void DeletePath()
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path);
        }

        File.Delete(path);
    }

    [TestMethod]
    public async Task Open_Case84NoSocket_SaysSo()
    {
        var failure = await FailureAsync();

        Assert.AreEqual("OFB5004", failure.Descriptor.Code);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Open_Case84File_IsNoSocket()
    {
        await File.WriteAllTextAsync(path, "", context.CancellationToken);

        var failure = await FailureAsync();

        Assert.AreEqual("OFB5004", failure.Descriptor.Code);
        Assert.Contains("is no socket", failure.Message, StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Open_Case84Folder_IsNoSocket()
    {
        Directory.CreateDirectory(path);

        Assert.AreEqual("OFB5004", (await FailureAsync()).Descriptor.Code);
    }

    [TestMethod]
    public async Task Open_Case84DanglingLink_SaysSo()
    {
        File.CreateSymbolicLink(path, "/nowhere/buildkitd.sock");

        var failure = await FailureAsync();

        Assert.AreEqual("OFB5004", failure.Descriptor.Code);
        Assert.Contains("symbolic link", failure.Message, StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Open_Case84StaleSocket_SaysThatNobodyListens()
    {
        // .NET deletes the file of a socket that it closes; a daemon that is killed does not.
        var other = path + "x";
        using (Listen(other))
        {
            File.Move(other, path);
        }

        Assert.AreEqual("OFB5006", (await FailureAsync()).Descriptor.Code);
    }

    [TestMethod]
    public void Open_Case84NoPermission_SaysSo()
    {
        using var listener = Listen(path);
        File.SetUnixFileMode(path, UnixFileMode.None);
        Diagnostic? failure = null;

        // Root may open everything; a thread of another file system identity may not.
        var thread = new Thread(() =>
        {
            _ = SetFileSystemUser(65534);
            failure = FailureAsync().GetAwaiter().GetResult();
        });
        thread.Start();
        thread.Join();

        Assert.AreEqual("OFB5005", failure!.Descriptor.Code);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int SetFileSystemUser(uint user);

    private static Socket Listen(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        return socket;
    }

    private async Task<Diagnostic> FailureAsync()
    {
        var settings = new ConnectionSettings { Environment = _ => null };
        await using var transport = TransportForms.Create("unix://" + path, settings);
        return (await Assert.ThrowsExactlyAsync<DiagnosticException>(async () => await transport.ConnectAsync(context.CancellationToken))).Diagnostics[0];
    }
}
