using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry.BaseImages;

namespace OpenFaaS.Build.Tests.Registry.BaseImages;

[TestClass]
public sealed class PlatformMatchTests
{
    [TestMethod]
    [DataRow("linux/amd64", "windows/amd64 linux/arm64 linux/amd64", 2)]
    [DataRow("linux/amd64", "linux/amd64/v2", -1)]
    [DataRow("linux/amd64", "linux/amd64/v1", 0)]
    [DataRow("linux/amd64/v3", "linux/amd64 linux/amd64/v2 linux/amd64/v4", 1)]
    [DataRow("linux/arm64", "linux/arm64/v8", 0)]
    [DataRow("linux/arm64", "linux/arm/v8 linux/arm/v7", -1)]
    [DataRow("linux/arm64/v9", "linux/arm64", 0)]
    [DataRow("linux/arm/v7", "linux/arm/v5 linux/arm/v6 linux/arm/v8", 1)]
    [DataRow("linux/arm/v6", "linux/arm/v7", -1)]
    [DataRow("linux/arm", "linux/arm/v6 linux/arm/v7", 1)]
    [DataRow("linux/386", "linux/amd64", -1)]
    [DataRow("linux/s390x", "linux/s390x", 0)]
    [DataRow("linux/ppc64le/power9", "linux/ppc64le", -1)]
    public void Rank_Offers_BestOneAsContainerdDecides(string wanted, string offers, int best)
    {
        var ranks = offers.Split(' ').Select((offer, index) => (Rank: PlatformMatch.Rank(Platform.Parse(wanted), Platform.Parse(offer)), Index: index));

        Assert.AreEqual(best, ranks.Where(offer => offer.Rank is not null).OrderBy(offer => offer.Rank).Select(offer => offer.Index).FirstOrDefault(-1));
    }
}
