using System.Globalization;

namespace OpenFaaS.Build.Integration.Tests.Samples;

/// <summary>A container of a real engine, with port 8080 published on loopback; it is removed at the end.</summary>
internal sealed class EngineContainer : IAsyncDisposable
{
    private readonly TestContext context;
    private readonly string cli;
    private readonly string id;

    private EngineContainer(TestContext context, string cli, string id, string address)
    {
        this.context = context;
        this.cli = cli;
        this.id = id;
        Client = new HttpClient { BaseAddress = new Uri($"http://{address}/") };
    }

    public HttpClient Client { get; }

    /// <summary>Pulls the image, starts a container of it, and waits until it is ready.</summary>
    /// <param name="engine"><c>docker</c> or <c>podman</c>.</param>
    public static async Task<EngineContainer> RunAsync(TestContext context, string engine, string image, params string[] options)
    {
        var cli = TestServices.Fact(engine, "CLI");
        await Tool.RunAsync(cli, ["pull", "-q", .. engine == "podman" ? ["--tls-verify=false"] : Array.Empty<string>(), image], context.CancellationToken);
        var id = (await Tool.RunAsync(cli, ["run", "-d", "-p", "127.0.0.1::8080", .. options, image], context.CancellationToken)).Trim();
        var container = new EngineContainer(context, cli, id, "unknown");
        try
        {
            var address = (await Tool.RunAsync(cli, ["port", id, "8080"], context.CancellationToken)).Split('\n')[0].Trim();
            container.Client.Dispose();
            container = new EngineContainer(context, cli, id, address);
            await container.UntilAsync("/_/ready", 200);
            return container;
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks until the path answers with the status; ends with the test.</summary>
    public async Task UntilAsync(string path, int status)
    {
        while (true)
        {
            try
            {
                using var response = await Client.GetAsync(path, context.CancellationToken);
                if ((int)response.StatusCode == status)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                Assert.AreEqual("running", await InspectAsync("{{.State.Status}}"), await LogsAsync());
            }

            await Task.Delay(50, context.CancellationToken);
        }
    }

    /// <summary>The numeric user that the container's first process runs as, as the kernel has it.</summary>
    public async Task<int> UserAsync()
    {
        var status = await File.ReadAllLinesAsync($"/proc/{await InspectAsync("{{.State.Pid}}")}/status", context.CancellationToken);
        return int.Parse(status.First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1], CultureInfo.InvariantCulture);
    }

    public Task SignalAsync(string signal) => Tool.RunAsync(cli, ["kill", "--signal", signal, id], context.CancellationToken);

    /// <summary>Ends it as an engine does: SIGTERM, and SIGKILL (exit code 137) when that did not help.</summary>
    public async Task<int> StopAsync()
    {
        await Tool.RunAsync(cli, ["stop", "-t", "30", id], context.CancellationToken);
        return await ExitCodeAsync();
    }

    /// <summary>Waits for the end.</summary>
    public async Task<int> ExitCodeAsync() => int.Parse((await Tool.RunAsync(cli, ["wait", id], context.CancellationToken)).Trim(), CultureInfo.InvariantCulture);

    /// <summary>What the container has written to standard output and error.</summary>
    public Task<string> LogsAsync() => Tool.RunAsync("/bin/sh", ["-c", "\"$1\" logs \"$2\" 2>&1", "sh", cli, id], context.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Tool.RunAsync(cli, ["rm", "-f", id], CancellationToken.None);
    }

    private async Task<string> InspectAsync(string format) => (await Tool.RunAsync(cli, ["inspect", "--format", format, id], context.CancellationToken)).Trim();
}
