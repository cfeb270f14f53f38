using System.Net;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Templates.Store;

/// <summary>Where a template store is: an address or a file.</summary>
/// <param name="Address">Its address; null for a file.</param>
/// <param name="Path">Full path of the file; null for an address.</param>
internal sealed record StoreLocation(Uri? Address, string? Path)
{
    /// <summary>The store of the OpenFaaS project.</summary>
    public const string Official = "https://raw.githubusercontent.com/openfaas/store/master/templates.json";

    /// <summary>Chooses the store: the property, else <c>OPENFAAS_TEMPLATE_STORE_URL</c>, else the official one.</summary>
    /// <param name="property">Value of <c>FunctionTemplateStore</c>, or null.</param>
    /// <param name="environment">Environment variables by name.</param>
    /// <param name="folder">What a relative path is relative to.</param>
    /// <exception cref="DiagnosticException">It is neither a file nor an address that may be asked.</exception>
    public static StoreLocation Choose(string? property, Func<string, string?> environment, string folder) =>
        Parse(new[] { property, environment("OPENFAAS_TEMPLATE_STORE_URL") }.FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)) ?? Official, folder);

    /// <inheritdoc cref="Choose"/>
    public static StoreLocation Parse(string text, string folder)
    {
        var trimmed = text.Trim();
        if (!trimmed.Contains("://", StringComparison.Ordinal))
        {
            return trimmed.Any(char.IsControl)
                ? throw Refused(SafeText.Neutralize(trimmed), "its path holds control characters")
                : new StoreLocation(null, System.IO.Path.GetFullPath(trimmed, folder));
        }

        if (!Uri.TryCreate(trimmed, UriKind.Absolute, out var address))
        {
            // Not repeated: what cannot be read as an address may still hold a password.
            throw Refused("(malformed address)", "its address is malformed");
        }

        return Refusal(address, trimmed) is { } why ? throw Refused(SafeText.Of(address), why) : new StoreLocation(address, null);
    }

    /// <summary>The place without anything secret.</summary>
    public override string ToString() => Address is null ? Path! : SafeText.Of(Address);

    private static string? Refusal(Uri address, string text) => address switch
    {
        { Scheme: not ("https" or "http") } => $"its scheme is '{SafeText.Neutralize(address.Scheme)}'",
        { UserInfo.Length: > 0 } => "it holds a user name",
        { Scheme: "http" } when !IsPlainLoopback(address, text) => "plain http is for this machine only",
        _ => null,
    };

    // Other spellings of loopback (2130706433, ::ffff:127.0.0.1, 0x7f.1) have no use but to get past somebody's check.
    private static bool IsPlainLoopback(Uri address, string text) =>
        AddressPolicy.IsLoopback(address)
        && text.StartsWith($"http://{address.Host}", StringComparison.OrdinalIgnoreCase)
        && (!IPAddress.TryParse(address.Host.Trim('[', ']'), out var literal) || !literal.IsIPv4MappedToIPv6);

    private static DiagnosticException Refused(string place, string why) => TemplateSourceDiagnostics.StoreRefused.With(place, why).ToException();
}
