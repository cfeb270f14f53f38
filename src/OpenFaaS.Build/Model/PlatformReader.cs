using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Model;

/// <summary>Reads the platforms of the image from <c>ContainerPlatforms</c> or from runtime identifiers.</summary>
internal static class PlatformReader
{
    public static IReadOnlyList<Platform> Read(InputReader reader)
    {
        var platforms = new List<Platform>();
        foreach (var text in reader.List("ContainerPlatforms").SelectMany(part => part.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!Platform.TryParse(text, out var platform))
            {
                reader.Invalid("ContainerPlatforms", text, "a platform such as linux/amd64 or linux/arm/v7");
            }
            else if (platform.Os != "linux")
            {
                reader.Invalid("ContainerPlatforms", text, "a platform of the operating system linux");
            }
            else if (!platforms.Contains(platform))
            {
                platforms.Add(platform);
            }
        }

        var fromIdentifiers = ReadIdentifiers(reader);
        if (platforms.Count > 0 && fromIdentifiers.Count > 0 && !platforms.ToHashSet().SetEquals(fromIdentifiers))
        {
            reader.Error(InputDiagnostics.ConflictingProperties.With("ContainerPlatforms", "ContainerRuntimeIdentifier(s)"));
        }

        return platforms.Count > 0 ? platforms : fromIdentifiers.Count > 0 ? fromIdentifiers : [Platform.LinuxHost];
    }

    private static List<Platform> ReadIdentifiers(InputReader reader)
    {
        var many = reader.List("ContainerRuntimeIdentifiers");
        var identifiers = many.Count > 0 ? many : reader.List("ContainerRuntimeIdentifier");
        if (identifiers.Count == 0 && reader.Text("RuntimeIdentifier") is { } single && single.StartsWith("linux", StringComparison.Ordinal))
        {
            identifiers = [single];
        }

        if (identifiers.Count > 1)
        {
            reader.Error(InputDiagnostics.UnsupportedInput.With("ContainerRuntimeIdentifiers with more than one runtime identifier"));
        }

        var platforms = new List<Platform>();
        foreach (var identifier in identifiers)
        {
            if (FromIdentifier(identifier) is { } platform)
            {
                platforms.Add(platform);
            }
            else
            {
                reader.Invalid("ContainerRuntimeIdentifier", identifier, "a runtime identifier of Linux such as linux-x64 or linux-musl-arm64");
            }
        }

        return platforms;
    }

    private static Platform? FromIdentifier(string identifier)
    {
        var parts = identifier.Split('-');
        return parts is ["linux", ..] ? parts[^1] switch
        {
            "x64" => new Platform("linux", "amd64"),
            "x86" => new Platform("linux", "386"),
            "arm64" => new Platform("linux", "arm64"),
            "arm" => new Platform("linux", "arm", "v7"),
            "s390x" => new Platform("linux", "s390x"),
            "ppc64le" => new Platform("linux", "ppc64le"),
            "riscv64" => new Platform("linux", "riscv64"),
            "loongarch64" => new Platform("linux", "loong64"),
            _ => null,
        } : null;
    }
}
