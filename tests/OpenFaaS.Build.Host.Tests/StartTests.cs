using System.Net;
using System.Net.Sockets;

namespace OpenFaaS.Build.Host.Tests;

/// <summary>A function that cannot start says why in one line and ends with 1.</summary>
[TestClass]
public sealed class StartTests(TestContext context)
{
    [TestMethod]
    public async Task Port_InUse_IsOneLine()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        await AssertRefusesAsync($"error: cannot listen on port {port}: Address already in use", ("port", $"{port}"));
    }

    [TestMethod]
    [DataRow("port", "0", "error: variable port: '0' is not a number from 1 to 65535")]
    [DataRow("port", "http", "error: variable port: 'http' is not a number from 1 to 65535")]
    [DataRow("write_timeout", "10x", "error: variable write_timeout: '10x' is not a duration like 10s, 1m30s or 500ms (at most 24h)")]
    [DataRow("healthcheck_interval", "-1s", "error: variable healthcheck_interval: '-1s' is not a duration like 10s, 1m30s or 500ms (at most 24h)")]
    [DataRow("max_inflight", "-1", "error: variable max_inflight: '-1' is not a number")]
    public Task Variable_WithoutMeaning_IsOneLine(string name, string value, string line) => AssertRefusesAsync(line, (name, value));

    [TestMethod]
    public async Task Secret_TooLarge_IsOneLineWithoutItsValue()
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "secrets")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "token"), new string('x', (1 << 20) + 1), context.CancellationToken);

        await AssertRefusesAsync("error: secret token is larger than 1 MiB", ("secret_mount_path", folder));
    }

    private async Task AssertRefusesAsync(string line, params (string Name, string Value)[] environment)
    {
        await using var function = FunctionProcess.Launch(context, environment);

        Assert.AreEqual(1, await function.ExitCodeAsync(context.CancellationToken), function.Output);
        Assert.AreEqual(line, function.Output.Trim());
    }
}
