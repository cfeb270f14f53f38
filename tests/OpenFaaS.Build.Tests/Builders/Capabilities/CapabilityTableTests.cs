using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Tests.Builders.Capabilities;

[TestClass]
public sealed class CapabilityTableTests
{
    [TestMethod]
    public void Rows_NameEnginesOfTheTable_EachOnce()
    {
        Assert.AreEqual(CapabilityTable.Rows.Count, CapabilityTable.Rows.DistinctBy(row => row.Input).Count());
        foreach (var (input, engines) in CapabilityTable.Rows)
        {
            var names = engines.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(cell => cell.Split(">=")[0]).ToList();
            CollectionAssert.IsSubsetOf(names, CapabilityTable.Engines.ToList(), input);
            CollectionAssert.AllItemsAreUnique(names, input);
        }
    }

    [TestMethod]
    public void Missing_OldVersion_IsMissing()
    {
        BuildInput[] asked = [new("here-documents", new SourceLocation("Dockerfile", 2))];
        var podman = CapabilityTable.Of("podman");

        Assert.IsEmpty(podman.Missing(asked));
        Assert.HasCount(1, podman.Missing(asked, new Version(4, 3, 1)));
        Assert.IsEmpty(podman.Missing(asked, new Version(4, 8)));
        Assert.HasCount(1, CapabilityTable.Of("docker-classic").Missing(asked));
    }

    [TestMethod]
    public void Honouring_Input_NamesEnginesAsUsersTypeThem()
    {
        Assert.AreEqual("docker", CapabilityTable.Honouring("DockerBuildKit"));
        Assert.AreEqual("embedded, docker, podman, buildah", CapabilityTable.Honouring("ContainerPull=never"));
        Assert.AreEqual("none", CapabilityTable.Honouring("an input of nobody"));
    }
}
