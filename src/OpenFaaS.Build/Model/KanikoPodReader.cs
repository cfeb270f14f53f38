using System.Globalization;
using System.Text.RegularExpressions;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Model;

/// <summary>Reads where and as what an executor runs in Kubernetes.</summary>
internal static partial class KanikoPodReader
{
    /// <summary>Names of the properties.</summary>
    public static string[] Names { get; } =
    [
        "KanikoKubeContext", "KanikoNamespace", "KanikoServiceAccount", "KanikoNodeSelector", "KanikoTolerations", "KanikoLabels",
        "KanikoCpuRequest", "KanikoCpuLimit", "KanikoMemoryRequest", "KanikoMemoryLimit", "KanikoDeadline", "KanikoImagePullSecret",
    ];

    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static KanikoPodModel Read(InputReader reader) => new()
    {
        Context = reader.Text("KanikoKubeContext"),
        Namespace = KanikoReader.Checked(reader, "KanikoNamespace", Label(), "a DNS label, at most 63 characters"),
        ServiceAccount = KanikoReader.Checked(reader, "KanikoServiceAccount", Subdomain(), "the name of a service account"),
        NodeSelector = Pairs(reader, "KanikoNodeSelector"),
        Tolerations = Tolerations(reader),
        Labels = Pairs(reader, "KanikoLabels"),
        CpuRequest = Quantity(reader, "KanikoCpuRequest"),
        CpuLimit = Quantity(reader, "KanikoCpuLimit"),
        MemoryRequest = Quantity(reader, "KanikoMemoryRequest"),
        MemoryLimit = Quantity(reader, "KanikoMemoryLimit"),
        Deadline = Deadline(reader),
        ImagePullSecret = KanikoReader.Checked(reader, "KanikoImagePullSecret", Subdomain(), "the name of a Secret"),
    };

    private static string? Quantity(InputReader reader, string name) => KanikoReader.Checked(reader, name, Quantity(), "a quantity of Kubernetes, such as 500m, 2 or 4Gi");

    private static SortedDictionary<string, string> Pairs(InputReader reader, string name)
    {
        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in reader.List(name))
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at < 1 || !Key().IsMatch(text[..at]) || !Value().IsMatch(text[(at + 1)..]) || !pairs.TryAdd(text[..at], text[(at + 1)..]))
            {
                reader.Invalid(name, text, "a list of NAME=VALUE, each name once, as Kubernetes takes labels");
            }
        }

        return pairs;
    }

    // As kubectl writes taints: key=value:effect, key:effect, key=value, key.
    private static List<PodToleration> Tolerations(InputReader reader)
    {
        var list = new List<PodToleration>();
        foreach (var text in reader.List("KanikoTolerations"))
        {
            if (Toleration().Match(text) is { Success: true } match)
            {
                list.Add(new PodToleration(match.Groups["key"].Value, Optional(match.Groups["value"]), Optional(match.Groups["effect"])));
            }
            else
            {
                reader.Invalid("KanikoTolerations", text, "a list of KEY, KEY=VALUE, KEY:EFFECT or KEY=VALUE:EFFECT with the effects NoSchedule, PreferNoSchedule and NoExecute");
            }
        }

        return list;
    }

    private static string? Optional(Group group) => group.Success ? group.Value : null;

    private static TimeSpan Deadline(InputReader reader)
    {
        if (reader.Text("KanikoDeadline") is not { } text)
        {
            return KanikoPodModel.UsualDeadline;
        }

        if (!TimeSpan.TryParseExact(text, @"h\:mm\:ss", CultureInfo.InvariantCulture, out var time) || time < TimeSpan.FromSeconds(1) || time > Longest)
        {
            reader.Invalid("KanikoDeadline", text, "a time as HOURS:MINUTES:SECONDS, from 0:00:01 to 23:59:59");
        }

        return time;
    }

    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label();

    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"\A[0-9]{1,15}(?:\.[0-9]{1,9})?(?:m|k|M|G|T|Ki|Mi|Gi|Ti)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Quantity();

    [GeneratedRegex(@"\A(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Key();

    [GeneratedRegex(@"\A(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Value();

    [GeneratedRegex(
        @"\A(?<key>(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)(?:=(?<value>[A-Za-z0-9._-]{0,63}))?(?::(?<effect>NoSchedule|PreferNoSchedule|NoExecute))?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Toleration();
}
