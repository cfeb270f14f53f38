using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Tools;

[TestClass]
public sealed class CacheArgumentsTests(TestContext context)
{
    [TestMethod]
    public void Of_RegistryAndFolders_AreCompleteAndKnownAsReferences()
    {
        var caches = CacheArguments.Of(Build(["registry.example.com/c/{function}", "type=local,src=cache"], ["type=local,\"dest=/a,b\",mode=max", "type=inline"]), "img");

        Assert.AreEqual("type=registry,ref=registry.example.com/c/my-function", caches.From[0]);
        Assert.AreEqual("type=local,src=/work/src/My.Function/cache", caches.From[1]);
        Assert.AreEqual("type=local,\"dest=/a,b\",mode=max", caches.To[0]);
        Assert.AreEqual("type=inline", caches.To[1]);
        Assert.AreEqual("registry.example.com/c/my-function", caches.References.Single().Name);
    }

    [TestMethod]
    [DataRow("type=s3,bucket=b,secret_access_key=env:KEY", "type=s3 is not passed on")]
    [DataRow("type=local", "it has no src")]
    [DataRow("type=inline", "type=inline is not passed on")]
    [DataRow("ref=x,oops", "field 2 is not key=value")]
    public void Of_WhatACommandLineCannotHave_IsACodedErrorWithItsNumber(string text, string reason)
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => CacheArguments.Of(Build(["type=local,src=/a", text], []), "nerdctl"));

        Assert.AreEqual("OFB2625", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains($"Number 2 of @(ContainerCacheFrom) cannot be honoured by nerdctl: {reason}", failure.Message);
    }

    private ImageBuild Build(string[] from, string[] to)
    {
        var build = SampleBuild.Of(context, "FROM scratch\n", new RecordingLog());
        var builder = build.Function.Builder;
        return build with { Function = build.Function with { Builder = builder with { Steps = builder.Steps with { CacheFrom = from, CacheTo = to } } } };
    }
}
