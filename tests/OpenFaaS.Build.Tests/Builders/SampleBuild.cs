using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Tests.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders;

/// <summary>What a builder is given, made from a Dockerfile and MSBuild properties.</summary>
internal static class SampleBuild
{
    public static ImageBuild Of(TestContext context, string dockerfile, RecordingLog log, params IReadOnlyList<(string Name, string Value)> properties) => new(
        FunctionModelReader.Read(RequestBuilder.Create("any", [("FunctionTemplate", "dockerfile"), .. properties]), _ => null),
        new FileSet([Bytes.File("a", "1")]),
        dockerfile,
        "Dockerfile",
        new Dictionary<string, string>(),
        context.Folder(),
        log);
}
