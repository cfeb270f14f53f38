using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Model;

/// <summary>Reads the platforms of the image from <c>ContainerPlatforms</c> or from runtime identifiers.</summary>
internal static class PlatformReader
{
    // Systems whose programs no Linux image runs; names of Linux distributions are not among them.
    private static readonly string[] OtherSystems = ["win", "osx", "freebsd", "illumos", "solaris", "android", "ios", "tvos", "maccatalyst", "browser", "wasi"];

    /// <summary>
    /// What users of .NET SDK container publishing have to know: there several Linux identifiers of a project make an index. Null where the project says otherwise
    /// what it wants.
    /// </summary>
    public static string? NoteOn(BuildRequest request)
    {
        string[] stronger = ["RuntimeIdentifier", "ContainerRuntimeIdentifier", "ContainerRuntimeIdentifiers", "ContainerPlatforms"];
        if (request.Shape != "dotnet" || request.Property("RuntimeIdentifiers") is not { } text || stronger.Any(name => request.Property(name) is not null))
        {
            return null;
        }

        var several = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(FromIdentifier).OfType<Platform>().Distinct().ToList();
        return several.Count > 1 ? $"RuntimeIdentifiers makes no image for several platforms here; ContainerPlatforms={string.Join("%3B", several)} does." : null;
    }

    public static IReadOnlyList<Platform> Read(InputReader reader)
    {
        EnsureRunsOnLinux(reader);
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

    // Without a runtime of its own the publish output is the same for every system, or nearly.
    private static void EnsureRunsOnLinux(InputReader reader)
    {
        if (reader.Request.Shape == "dotnet" && reader.Text("RuntimeIdentifier") is { } identifier
            && OtherSystems.Any(system => identifier.StartsWith(system, StringComparison.OrdinalIgnoreCase))
            && (reader.Switch("SelfContained") == true || reader.Switch("PublishAot") == true))
        {
            reader.Invalid("RuntimeIdentifier", identifier, "a runtime identifier of Linux, which a self-contained or native publish for an image needs");
        }
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
