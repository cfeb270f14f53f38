using OpenFaaS.Build.Model;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Builders.Images;

/// <summary>Registries that may be spoken to over plain http: those that the user names, and those of this machine, as for the SDK itself.</summary>
internal static class PlainRegistries
{
    public static bool Contains(string registry, BuilderModel builder) =>
        builder.InsecureRegistries.Contains(registry, StringComparer.OrdinalIgnoreCase)
        || (Uri.TryCreate("http://" + registry, UriKind.Absolute, out var address) && AddressPolicy.IsLoopback(address));
}
