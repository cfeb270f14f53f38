using System.Globalization;
using System.Text.RegularExpressions;
using OpenFaaS.Build.Integration.Tests.Kubernetes;

namespace OpenFaaS.Build.Integration.Tests.Builders.Kaniko.Kubernetes;

/// <summary>An API server that fails now and then, and one that refuses: no real one does either when it is asked to.</summary>
[TestClass, RequiresClusterDouble]
public sealed partial class JobConnectionFaultTests(TestContext context)
{
    private const int Lines = 400;

    [TestMethod]
    [DataRow("create", "jobs", 500)]
    [DataRow("create", "secrets", 503)]
    [DataRow("create", "configmaps", 429)]
    [DataRow("list", "pods", 429)]
    [DataRow("watch", "pods", 500)]
    [DataRow("create", "pods/attach", 503)]
    [DataRow("get", "pods/log", 500)]
    [DataRow("delete", "jobs", 500)]
    [DataRow("delete", "secrets", 429)]
    public async Task Run_Case86ServerFailsTwice_IsAskedAgain(string verb, string resource, int status)
    {
        await using var scene = new JobScene(context);
        scene.Cluster.Double.Faults.Fail(verb, resource, status, times: 2, retryAfter: status == 429 ? 1 : null);

        var outcome = await scene.RunAsync();

        Assert.AreEqual(scene.Executor.Digest, outcome.Digest, scene.Messages);
        Assert.IsEmpty(scene.Log.Diagnostics);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    [DataRow("jobs")]
    [DataRow("secrets")]
    public async Task Run_AnswerOfACreationIsLost_FindsWhatItHasMade(string resource)
    {
        await using var scene = new JobScene(context);
        scene.Cluster.Double.Faults.LostAnswers[("create", resource)] = 1;

        var outcome = await scene.RunAsync();

        Assert.AreEqual(scene.Executor.Digest, outcome.Digest, scene.Messages);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    public async Task Run_Case86WatchIsCutAndForgotten_SeesTheEndAllTheSame()
    {
        await using var scene = new JobScene(context);
        foreach (var cut in new[] { 0, 1, 0 })
        {
            scene.Cluster.Double.Faults.WatchCuts.Enqueue(cut);
        }

        scene.Cluster.Double.Faults.Expirations.Enqueue(true);
        scene.Cluster.Double.Faults.Expirations.Enqueue(false);

        var outcome = await scene.RunAsync();

        Assert.AreEqual(scene.Executor.Digest, outcome.Digest, scene.Messages);
    }

    [TestMethod]
    public async Task Run_LogIsCutAgainAndAgain_NoLineIsLostOrComesTwice()
    {
        await using var scene = new JobScene(context, new ExecutorDouble
        {
            Work = async (start, token) =>
            {
                for (var i = 0; i < Lines; i++)
                {
                    start.Print(string.Create(CultureInfo.InvariantCulture, $"line {i} of the step"));
                    if (i % 20 == 0)
                    {
                        await Task.Delay(50, token);
                    }
                }
            },
        });
        foreach (var cut in new[] { 7, 150, 300, 350 })
        {
            scene.Cluster.Double.Faults.LogCuts.Enqueue(cut);
        }

        await scene.RunAsync();

        var numbers = Line().Matches(scene.Messages).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToList();
        CollectionAssert.AreEqual(Enumerable.Range(0, Lines).ToList(), numbers);
        Assert.IsEmpty(scene.Cluster.Double.Faults.LogCuts);
    }

    [TestMethod]
    public async Task Run_LongAndHostileLines_AreCutAndClean()
    {
        await using var scene = new JobScene(context, new ExecutorDouble
        {
            Work = (start, _) =>
            {
                start.Print("long " + new string('x', 10_000_000));
                start.Print("##vso[task.setvariable]\u001b[31m red \u202e turned");
                start.Print("after it");
                return Task.CompletedTask;
            },
        });

        await scene.RunAsync();

        Assert.IsLessThan(20_000, scene.Log.Messages.Max(message => message.Length));
        Assert.DoesNotContain('\u001b', scene.Messages);
        Assert.DoesNotContain('\u202e', scene.Messages);
        Assert.Contains("after it", scene.Messages);
    }

    [TestMethod]
    public async Task Run_LogsAreForbidden_BuildsWithAWarning()
    {
        await using var scene = new JobScene(context);
        scene.Cluster.Double.Faults.Denied[("get", "pods/log")] = true;

        var outcome = await scene.RunAsync();

        Assert.AreEqual(scene.Executor.Digest, outcome.Digest);
        Assert.AreEqual("OFB2842", scene.Log.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    [DataRow("create", "jobs")]
    [DataRow("create", "secrets")]
    [DataRow("list", "pods")]
    [DataRow("watch", "pods")]
    [DataRow("create", "pods/attach")]
    public async Task Run_AccountMayNot_NamesVerbAndResource(string verb, string resource)
    {
        await using var scene = new JobScene(context);
        scene.Cluster.Double.Faults.Denied[(verb, resource)] = true;

        var failure = await scene.FailAsync();

        Assert.AreEqual("OFB2806", failure.Descriptor.Code, failure.Message);
        Assert.Contains($"{verb} {resource}", failure.Message);
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod]
    public async Task Run_Case86TokenExpired_SaysSoWithoutTheToken()
    {
        await using var scene = new JobScene(context);
        var token = scene.Cluster.Double.Token;
        scene.Cluster.Double.Token = "another";

        var failure = await scene.FailAsync();

        Assert.AreEqual("OFB2805", failure.Descriptor.Code, failure.Message);
        Assert.DoesNotContain(token, failure.Message + scene.Messages);
    }

    [TestMethod]
    public async Task Run_Case86TokenIsRotatedInItsFile_GoesOn()
    {
        var file = Path.Combine(context.Folder(), "token");
        var rotate = () => Task.CompletedTask;
        await using var scene = new JobScene(context, new ExecutorDouble { Work = (_, _) => rotate() });
        var server = scene.Cluster.Double;
        await File.WriteAllTextAsync(file, server.Token + "\n", context.CancellationToken);
        scene.Cluster.Use($"tokenFile: {file}");
        rotate = async () =>
        {
            // Both at once, as nearly as can be: a request between them is refused, and rightly so.
            var token = "token-" + Guid.NewGuid().ToString("n");
            await File.WriteAllTextAsync(file + ".new", token, context.CancellationToken);
            server.Token = token;
            File.Move(file + ".new", file, overwrite: true);
        };

        var outcome = await scene.RunAsync();

        Assert.AreEqual(scene.Executor.Digest, outcome.Digest);
        Assert.IsEmpty(scene.Log.Diagnostics);
        await scene.AssertNothingLeftAsync();
    }

    [GeneratedRegex(@"line (\d+) of the step")]
    private static partial Regex Line();
}
