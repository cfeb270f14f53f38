using System.Globalization;
using OpenFaaS.Build.Builders.BuildKit.Endpoints;

namespace OpenFaaS.Build.Tests.Builders.BuildKit;

[TestClass]
public sealed class RendezvousOrderTests
{
    private static readonly string[] Three = ["tcp://a:1", "tcp://b:1", "tcp://c:1"];
    private static readonly string[] Functions = [.. Enumerable.Range(0, 300).Select(number => number.ToString(CultureInfo.InvariantCulture))];

    [TestMethod]
    public void Of_AnotherOrderOfTheList_IsTheSame()
    {
        foreach (var function in Functions)
        {
            CollectionAssert.AreEqual(RendezvousOrder.Of(Three, function).ToArray(), RendezvousOrder.Of(Three.Reverse(), function).ToArray());
        }
    }

    [TestMethod]
    public void Of_ManyFunctions_SpreadOverAll()
    {
        var shares = Functions.GroupBy(function => RendezvousOrder.Of(Three, function)[0]).Select(group => group.Count()).ToList();

        Assert.HasCount(3, shares);
        Assert.IsTrue(shares.All(share => share is > 60 and < 140), string.Join(' ', shares));
    }

    [TestMethod]
    public void Of_OneEndpointLess_MovesOnlyItsFunctions()
    {
        foreach (var function in Functions)
        {
            var before = RendezvousOrder.Of(Three, function)[0];
            var after = RendezvousOrder.Of(Three.Except(["tcp://b:1"]), function)[0];

            Assert.IsTrue(before == "tcp://b:1" || before == after, function);
        }
    }
}
