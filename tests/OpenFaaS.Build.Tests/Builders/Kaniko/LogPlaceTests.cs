using System.Text;
using OpenFaaS.Build.Builders.Kaniko.Kubernetes;

namespace OpenFaaS.Build.Tests.Builders.Kaniko;

/// <summary>Logs of a pod that are read again from a whole second on.</summary>
[TestClass]
public sealed class LogPlaceTests
{
    private readonly List<string> taken = [];
    private readonly LogPlace place = new();

    [TestMethod]
    [DataRow("1970-01-01T00:00:01Z", 1_000_000_000)]
    [DataRow("1970-01-01T00:00:01.5Z", 1_500_000_000)]
    [DataRow("1970-01-01T00:00:01.123456789Z", 1_123_456_789)]
    [DataRow("1970-01-01T01:00:01.000000001+01:00", 1_000_000_001)]
    public void ParseTime_FormsOfClusters_AreNanoseconds(string text, long expected) => Assert.AreEqual(expected, LogPlace.ParseTime(Encoding.ASCII.GetBytes(text)));

    [TestMethod]
    [DataRow("")]
    [DataRow("a line")]
    [DataRow("1970-01-01T00:00:01")]
    [DataRow("1970-01-01T00:00:01.Z")]
    [DataRow("1970-01-01T00:00:01.1234567890Z")]
    [DataRow("1970-13-01T00:00:01Z")]
    public void ParseTime_OtherText_IsNone(string text) => Assert.IsNull(LogPlace.ParseTime(Encoding.UTF8.GetBytes(text)));

    [TestMethod]
    public void Lines_ReadAgain_ComeOnceInWhateverOrder()
    {
        var lines = Lines();
        Take(lines, "00:00:10.1 a\n00:00:11.2 b\n00:00:11.1 c\n00:00:12.1 d\n00:00:12.1 d2\nhalf of a li");
        lines.Cut();
        Assert.AreEqual("1970-01-01T00:00:11Z", place.Since);
        place.Resume();

        Take(lines, "00:00:11.2 b\n00:00:11.1 c\n00:00:12.1 d\n00:00:12.1 d2\n00:00:11.9 late\n00:00:12.5 e\n00:00:13 f");
        lines.End();

        Assert.AreEqual("a b c d d2 late e f", string.Join(' ', taken));
    }

    [TestMethod]
    public void Lines_RotatedAway_DoNotHideNewOnes()
    {
        var lines = Lines();
        Take(lines, "00:00:11.1 a\n00:00:11.2 b\n");
        place.Resume();

        Take(lines, "00:00:11.3 c\n");

        Assert.AreEqual("a b c", string.Join(' ', taken));
    }

    [TestMethod]
    public void Lines_ProgressBarAndLongLine_AreBounded()
    {
        var lines = Lines();

        Take(lines, $"00:00:11.1 10%\r20%\n00:00:11.2 {new string('x', 100_000)}\n00:00:11.3 after\n");

        Assert.AreEqual("20%", taken[0]);
        Assert.IsLessThan(9_000, taken[1].Length);
        Assert.AreEqual("after", taken[2]);
    }

    private LogLines Lines() => new(place, taken.Add);

    private static void Take(LogLines lines, string text)
    {
        // Cut anywhere.
        foreach (var piece in Encoding.UTF8.GetBytes(System.Text.RegularExpressions.Regex.Replace(text, @"(?m)^(?=00:)", "1970-01-01T").Replace(" ", "Z ", StringComparison.Ordinal)).Chunk(7))
        {
            lines.Take(piece);
        }
    }
}
