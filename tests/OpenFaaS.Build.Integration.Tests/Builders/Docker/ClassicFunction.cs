using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.Docker;

/// <summary>Functions that the classic builder of an engine builds.</summary>
internal static class ClassicFunction
{
    /// <param name="context">The test.</param>
    /// <param name="service"><c>docker</c> or <c>docker26</c>.</param>
    /// <param name="steps">Instructions after those that give a shell.</param>
    /// <param name="alias">What stands behind the first FROM.</param>
    public static BuildKitFunction On(TestContext context, string service, string steps, string alias = "") => new BuildKitFunction(
        context, TestServices.Endpoint(service), BuildKitFunction.WithShell.Replace("FROM scratch", ("FROM scratch " + alias).TrimEnd(), StringComparison.Ordinal) + steps)
        .Set("ContainerBuilder", "docker")
        .Set("DockerBuildKit", "false");
}
