using System.Net;
using System.Text;

namespace OpenFaaS.Build.Integration.Tests.Samples;

/// <summary>The sample templates keep the contract of a function, also when the handler does not.</summary>
[TestClass, RequiresService("registry"), RequiresService("tools"), RequiresService("docker")]
public sealed class SampleTemplateTests(TestContext context)
{
    private const string Python = """
        import sys, time

        def handle(event, context):
            if event.body != b"slow":
                raise ValueError("the-reason")
            print("started", file=sys.stderr)
            time.sleep(4)
            return "done"
        """;

    private const string Perl = """
        package Handler;

        sub handle {
            my ($request) = @_;
            die "the-reason\n" if $request->{body} ne 'slow';
            print STDERR "started\n";
            sleep 4;
            return 'done';
        }

        1;
        """;

    private const string Shell = """
        #!/bin/sh
        [ "$(cat)" = slow ] || { echo the-reason >&2; exit 3; }
        echo started >&2
        sleep 4
        printf done
        """;

    [TestMethod]
    [DataRow("python3-http", "Hello from Python")]
    [DataRow("perl-http", "Hello from Perl")]
    [DataRow("sh-cgi", "Hello from a shell script")]
    public async Task Template_OwnHandler_AnswersAsNonRootAndEndsOnSigterm(string template, string answer)
    {
        var reference = await new SampleTemplate(context, template).PublishAsync();
        await using var container = await EngineContainer.RunAsync(context, "docker", reference, "--read-only", "--tmpfs", "/tmp");

        Assert.AreEqual(answer, (await container.Client.GetStringAsync("/", context.CancellationToken)).Trim());
        Assert.AreEqual("OK", (await container.Client.GetStringAsync("/_/health", context.CancellationToken)).Trim());
        Assert.AreEqual("OK", (await container.Client.GetStringAsync("/_/ready", context.CancellationToken)).Trim());
        using var chunks = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("abc"), Headers = { TransferEncodingChunked = true } };
        using var refused = await container.Client.SendAsync(chunks, context.CancellationToken);
        Assert.AreEqual(HttpStatusCode.LengthRequired, refused.StatusCode);
        Assert.AreEqual(true, refused.Headers.ConnectionClose, "the template ends every connection, and says so");
        Assert.AreEqual(65534, await container.UserAsync());
        Assert.AreEqual(0, await container.StopAsync());
    }

    [TestMethod]
    [DataRow("python3-http", "handler.py", Python)]
    [DataRow("perl-http", "Handler.pm", Perl)]
    [DataRow("sh-cgi", "handler", Shell)]
    public async Task Template_HandlerFailsOrTakesItsTime_KeepsTheReasonAndDrainsOnSigterm(string template, string file, string handler)
    {
        var project = new SampleTemplate(context, template);
        project.WriteHandler(file, handler);
        await using var container = await EngineContainer.RunAsync(context, "docker", await project.PublishAsync(), "--read-only", "--tmpfs", "/tmp");

        using var failed = await container.Client.GetAsync("/", context.CancellationToken);
        Assert.AreEqual(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.AreEqual("The function failed.\n", await failed.Content.ReadAsStringAsync(context.CancellationToken));
        Assert.Contains("the-reason", await container.LogsAsync());

        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes("slow"));
        var slow = container.Client.PostAsync("/", body, context.CancellationToken);
        while (!(await container.LogsAsync()).Contains("started", StringComparison.Ordinal))
        {
            Assert.IsFalse(slow.IsCompleted, "the request is answered before the handler says that it has started");
            await Task.Delay(50, context.CancellationToken);
        }

        await container.SignalAsync("TERM");
        Assert.IsFalse(slow.IsCompleted, "the signal arrives while the request is in flight");

        using var response = await slow;
        Assert.AreEqual("done", await response.Content.ReadAsStringAsync(context.CancellationToken));
        Assert.AreEqual(0, await container.ExitCodeAsync());
    }
}
