using OpenFaaS.Build.Builders.Kaniko.Runners;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Kaniko;

/// <summary>What a runner is given.</summary>
internal static class KanikoRunSample
{
    public static KanikoRun Of(TestContext context, RecordingLog log, params IReadOnlyList<(string Name, string Value)> properties) => new()
    {
        Build = SampleBuild.Of(context, "FROM scratch\n", log, properties),
        Dockerfile = "FROM scratch\n",
        Arguments = ["--no-push"],
        Variables = new Dictionary<string, string>(),
        DockerConfig = "{}"u8.ToArray(),
        Certificates = new Dictionary<string, string>(),
        Output = new ExecutorOutput(ProgressMode.Quiet, log),
    };
}
