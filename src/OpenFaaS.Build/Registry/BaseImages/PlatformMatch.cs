using System.Globalization;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Registry.BaseImages;

/// <summary>Which of several offered platforms fits best, as containerd decides: the same one, else the highest older variant of the same architecture.</summary>
internal static class PlatformMatch
{
    /// <summary>0 for an exact match, more for older variants, null for no match.</summary>
    public static int? Rank(Platform wanted, Platform offered)
    {
        if (wanted.Os != offered.Os || wanted.Architecture != offered.Architecture)
        {
            return null;
        }

        if (wanted.Variant == offered.Variant)
        {
            return 0;
        }

        var difference = Level(wanted) - Level(offered);
        return difference > 0 ? difference : null;
    }

    // Variants are vN or, for arm64, vN.M; none is the architecture's first: amd64/v1 and arm64/v8.
    private static int? Level(Platform platform)
    {
        var text = platform.Variant ?? platform.Architecture switch
        {
            "amd64" => "v1",
            "arm64" => "v8",
            _ => "",
        };
        return platform.Architecture is "amd64" or "arm64" or "arm" && text is ['v', .. var number]
            && decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var level) && level is >= 0 and < 1000
            ? (int)(level * 100)
            : null;
    }
}
