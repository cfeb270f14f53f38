using System.Runtime.InteropServices;

namespace OpenFaaS.Build.Oci;

/// <summary>An image platform as containerd writes it: <c>os/architecture[/variant]</c> with Go's names.</summary>
/// <param name="Os">Operating system, for example <c>linux</c>.</param>
/// <param name="Architecture">Architecture in Go's names: <c>amd64</c>, <c>arm64</c>, <c>arm</c>, <c>386</c>, …</param>
/// <param name="Variant">CPU variant such as <c>v7</c>, or null. <c>arm64/v8</c> is normalised to none, <c>arm</c> to <c>v7</c>.</param>
public sealed record Platform(string Os, string Architecture, string? Variant = null)
{
    /// <summary>Linux on this machine's architecture.</summary>
    public static Platform LinuxHost { get; } = Parse("linux/" + RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.Arm => "arm/v7",
        System.Runtime.InteropServices.Architecture.S390x => "s390x",
        System.Runtime.InteropServices.Architecture.Ppc64le => "ppc64le",
        System.Runtime.InteropServices.Architecture.LoongArch64 => "loong64",
        System.Runtime.InteropServices.Architecture.RiscV64 => "riscv64",
        var other => other.ToString().ToLowerInvariant(),
    });

    /// <summary>Parses and normalises <c>os/architecture[/variant]</c>.</summary>
    /// <exception cref="FormatException">The text is no platform.</exception>
    public static Platform Parse(string text) =>
        TryParse(text, out var platform) ? platform : throw new FormatException($"'{text}' is not a platform (os/architecture[/variant]).");

    /// <summary>Parses and normalises <c>os/architecture[/variant]</c>.</summary>
    public static bool TryParse(string? text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Platform? platform)
    {
        platform = null;
        var parts = (text ?? "").ToLowerInvariant().Split('/');
        if (parts.Length is < 2 or > 3 || parts.Any(p => p.Length == 0 || p.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.'))))
        {
            return false;
        }

        platform = Normalize(parts[0], parts[1], parts.Length == 3 ? parts[2] : null);
        return true;
    }

    /// <summary>Applies containerd's names: <c>x86_64</c> is <c>amd64</c>, <c>aarch64</c> is <c>arm64</c>, <c>arm</c> alone is <c>arm/v7</c>.</summary>
    public static Platform Normalize(string os, string architecture, string? variant) => (architecture, variant) switch
    {
        ("x86_64" or "x86-64" or "amd64", null or "" or "v1") => new(os, "amd64"),
        ("x86_64" or "x86-64" or "amd64", _) => new(os, "amd64", variant),
        ("i386" or "386", _) => new(os, "386"),
        ("aarch64" or "arm64", null or "" or "8" or "v8") => new(os, "arm64"),
        ("aarch64" or "arm64", _) => new(os, "arm64", variant),
        ("armhf", _) => new(os, "arm", "v7"),
        ("armel", _) => new(os, "arm", "v6"),
        ("arm", null or "" or "7") => new(os, "arm", "v7"),
        ("arm", "5" or "6" or "8") => new(os, "arm", "v" + variant),
        (_, "") => new(os, architecture),
        _ => new(os, architecture, variant),
    };

    /// <summary><c>os/architecture[/variant]</c></summary>
    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";
}
