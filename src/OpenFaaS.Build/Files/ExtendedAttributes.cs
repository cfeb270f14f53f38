using System.Runtime.InteropServices;
using System.Text;

namespace OpenFaaS.Build.Files;

/// <summary>Extended attributes of files, links not followed. Only Linux has the calls; elsewhere no file has any.</summary>
internal static partial class ExtendedAttributes
{
    // The kernel's own bound on all names of a file, and on one value.
    private const int MaxSize = 64 << 10;
    private const int NotFound = 2;
    private const int TooSmall = 34;
    private const int NoData = 61;
    private const int NotSupported = 95;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>All attributes that may be read, sorted by name; without those of <c>com.apple.*</c>, which mean nothing to a Linux.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="left">Most bytes of names and values; what is read is taken off.</param>
    /// <exception cref="IOException">They cannot be read, a name is not UTF-8, or they are beyond the limit; the message says so.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not be read.</exception>
    public static IReadOnlyDictionary<string, byte[]>? Read(string path, ref int left)
    {
        // Most files have none, and no buffer is made for them.
        if (!OperatingSystem.IsLinux() || Size(path, List(path, null, 0)) <= 0)
        {
            return null;
        }

        var names = new byte[MaxSize];
        var length = Math.Max(0, Size(path, List(path, names, MaxSize)));
        var all = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var range in names.AsSpan(0, length).Split((byte)0))
        {
            if (names.AsSpan(range) is not { IsEmpty: false } raw || raw.StartsWith("com.apple."u8))
            {
                continue;
            }

            var name = Decode(raw);
            if (Value(path, name) is { } value)
            {
                left -= raw.Length + value.Length;
                all[name] = left >= 0 ? value : throw new IOException("the extended attributes of all files together are too large");
            }
        }

        return all;
    }

    /// <summary>Sets an attribute.</summary>
    /// <returns>Whether it was set; some need a privilege, or another file system.</returns>
    public static bool TrySet(string path, string name, byte[] value) =>
        OperatingSystem.IsLinux() && Set(path, name, value, (nuint)value.Length, 0) == 0;

    private static byte[]? Value(string path, string name)
    {
        var buffer = new byte[256];
        var length = Get(path, name, buffer, (nuint)buffer.Length);
        if (length < 0 && Marshal.GetLastPInvokeError() == TooSmall)
        {
            buffer = new byte[MaxSize];
            length = Get(path, name, buffer, (nuint)buffer.Length);
        }

        // Null where it was removed after it was listed.
        return Size(path, length) < 0 ? null : buffer[..(int)length];
    }

    private static int Size(string path, nint result) => result >= 0 ? (int)result : Marshal.GetLastPInvokeError() switch
    {
        NotFound or NoData or NotSupported => -1,
        1 or 13 => throw new UnauthorizedAccessException($"Access to the extended attributes of '{path}' is denied."),
        var error => throw new IOException($"the extended attributes cannot be read: {Marshal.GetPInvokeErrorMessage(error)}"),
    };

    private static string Decode(ReadOnlySpan<byte> name)
    {
        try
        {
            return StrictUtf8.GetString(name);
        }
        catch (DecoderFallbackException e)
        {
            throw new IOException("the name of an extended attribute is not UTF-8", e);
        }
    }

    [LibraryImport("libc", EntryPoint = "llistxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint List(string path, [Out] byte[]? names, nuint size);

    [LibraryImport("libc", EntryPoint = "lgetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Get(string path, string name, [Out] byte[] value, nuint size);

    [LibraryImport("libc", EntryPoint = "lsetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(string path, string name, byte[] value, nuint size, int flags);
}
