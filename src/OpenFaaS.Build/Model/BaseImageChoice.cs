using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Model;

/// <summary>The base image of a .NET function: <c>ContainerBaseImage</c>, or what .NET SDK container publishing would choose.</summary>
internal static class BaseImageChoice
{
    private const string Registry = "mcr.microsoft.com";

    public static ImageReference Read(InputReader reader)
    {
        var text = reader.Text("ContainerBaseImage") ?? Infer(reader);
        if (ImageReference.TryParse(text, out var reference))
        {
            return reference;
        }

        reader.Invalid("ContainerBaseImage", text, "an image reference");
        return new ImageReference(Registry, "dotnet/runtime", null, null);
    }

    private static string Infer(InputReader reader)
    {
        var aot = reader.Switch("PublishAot") == true;
        var trimmed = aot || reader.Switch("PublishTrimmed") == true;
        var selfContained = aot || reader.Switch("SelfContained") == true;
        var repository = selfContained ? "runtime-deps" : reader.Switch("UsesAspNetCore") == true ? "aspnet" : "runtime";
        var version = (reader.Text("TargetFrameworkVersion") ?? "10.0").TrimStart('v', 'V');
        var musl = (reader.Text("ContainerRuntimeIdentifier") ?? reader.Text("RuntimeIdentifier") ?? "").Contains("musl", StringComparison.Ordinal);
        var family = reader.Text("ContainerFamily");
        if (family is null && selfContained && trimmed && !musl)
        {
            var extra = reader.Switch("InvariantGlobalization") == true ? "" : "-extra";
            family = (version.StartsWith("8.", StringComparison.Ordinal) || version.StartsWith("9.", StringComparison.Ordinal) ? "jammy-chiseled" : "noble-chiseled") + extra;
        }

        family ??= musl ? "alpine" : null;
        return $"{Registry}/dotnet/{repository}:{version}" + (family is null ? "" : "-" + family);
    }
}
