using System.Net;
using System.Net.Sockets;

namespace OpenFaaS.Build.Registry.Transport;

/// <summary>
/// Decides where one server may send the SDK: never from https to http, never to link-local addresses (cloud metadata services live there),
/// never from a public server into a private network or to this machine.
/// </summary>
internal sealed class AddressPolicy(Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    /// <summary>The policy with the machine's name resolution.</summary>
    public static AddressPolicy System { get; } = new(static (host, cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken));

    /// <summary>Whether both have the same scheme, host and port.</summary>
    public static bool SameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the address names this machine.</summary>
    public static bool IsLoopback(Uri address) => KindOfName(address) == AddressKind.Loopback;

    /// <summary>Why <paramref name="from"/> may not send the SDK to <paramref name="to"/>; null if it may.</summary>
    public async Task<string?> RefusalAsync(Uri from, Uri to, CancellationToken cancellationToken)
    {
        if (to.Scheme != Uri.UriSchemeHttps && to.Scheme != Uri.UriSchemeHttp)
        {
            return "it is no web address";
        }

        // Foreign letters can stand for digits and dots; servers write such names in punycode.
        if (!to.Host.All(char.IsAscii))
        {
            return "the host name holds other than ASCII characters";
        }

        if (to.UserInfo.Length > 0)
        {
            return "the address holds a user name";
        }

        if (from.Scheme == Uri.UriSchemeHttps && to.Scheme != Uri.UriSchemeHttps)
        {
            return "it leads from https to http";
        }

        if (string.Equals(from.IdnHost, to.IdnHost, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var target = await KindAsync(to, cancellationToken);
        var allowed = target switch
        {
            AddressKind.Public => true,
            AddressKind.Private => await KindAsync(from, cancellationToken) != AddressKind.Public,
            AddressKind.Loopback => await KindAsync(from, cancellationToken) == AddressKind.Loopback,
            _ => false,
        };
        return allowed ? null : target switch
        {
            AddressKind.Loopback => "it leads to this machine",
            AddressKind.Private => "it leads into a private network",
            _ => "it leads to a link-local or reserved address",
        };
    }

    /// <summary>What an address is; embedded IPv4 addresses are looked through.</summary>
    public static AddressKind Classify(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            ReadOnlySpan<byte> prefix = bytes.AsSpan(0, 12);
            if (address.IsIPv4MappedToIPv6 || prefix.SequenceEqual(Nat64))
            {
                return Classify(new IPAddress(bytes.AsSpan(12)));
            }

            if (bytes is [0x20, 0x02, ..])
            {
                return Classify(new IPAddress(bytes.AsSpan(2, 4)));
            }

            return true switch
            {
                _ when IPAddress.IsLoopback(address) || address.Equals(IPAddress.IPv6Any) => AddressKind.Loopback,
                _ when address.IsIPv6UniqueLocal || address.IsIPv6SiteLocal => AddressKind.Private,
                _ when address.IsIPv6LinkLocal || address.IsIPv6Multicast => AddressKind.Reserved,
                _ when prefix.IndexOfAnyExcept((byte)0) < 0 => Classify(new IPAddress(bytes.AsSpan(12))),
                _ => AddressKind.Public,
            };
        }

        return bytes switch
        {
            [127, ..] or [0, ..] => AddressKind.Loopback,
            [10, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..] or [100, >= 64 and <= 127, ..] => AddressKind.Private,
            [169, 254, ..] or [192, 0, 0, _] or [198, 18 or 19, ..] or [>= 224, ..] => AddressKind.Reserved,
            _ => AddressKind.Public,
        };
    }

    private static readonly byte[] Nat64 = [0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];

    private static AddressKind? KindOfName(Uri address)
    {
        // .NET has already turned decimal, octal and full-width spellings into a plain address; a trailing dot it leaves.
        var host = address.IdnHost.TrimEnd('.').Trim('[', ']');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            ? AddressKind.Loopback
            : IPAddress.TryParse(host, out var literal) ? Classify(literal) : null;
    }

    private async Task<AddressKind> KindAsync(Uri address, CancellationToken cancellationToken)
    {
        if (KindOfName(address) is { } kind)
        {
            return kind;
        }

        try
        {
            // One private address among public ones is enough: the connection may choose it.
            var addresses = await resolve(address.IdnHost, cancellationToken);
            return addresses.Length == 0 ? AddressKind.Public : addresses.Max(Classify);
        }
        catch (SocketException)
        {
            // Behind a proxy names need not resolve here; the proxy decides then.
            return AddressKind.Public;
        }
    }
}

/// <summary>Where an address leads, from harmless to dangerous.</summary>
internal enum AddressKind
{
    /// <summary>The public internet.</summary>
    Public,

    /// <summary>A private network.</summary>
    Private,

    /// <summary>This machine.</summary>
    Loopback,

    /// <summary>Link-local, multicast and reserved.</summary>
    Reserved,
}
