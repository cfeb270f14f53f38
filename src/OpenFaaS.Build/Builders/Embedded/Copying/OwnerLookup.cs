using System.Globalization;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Builders.Embedded.Copying;

/// <summary>Turns <c>user[:group]</c> into numbers: numbers stand for themselves, names come from <c>/etc/passwd</c> and <c>/etc/group</c> of the image.</summary>
internal static class OwnerLookup
{
    private const int MaxFile = 1 << 20;

    public static async Task<Ownership> FindAsync(RootFs root, string owner, CancellationToken cancellationToken)
    {
        var colon = owner.IndexOf(':', StringComparison.Ordinal);
        var user = colon < 0 ? owner : owner[..colon];
        var group = colon < 0 ? null : owner[(colon + 1)..];

        var result = default(Ownership);
        if (user.Length > 0)
        {
            result = TryNumber(user, out var uid)
                ? new Ownership(uid, uid)
                : await FindUserAsync(root, user, cancellationToken);
        }

        if (group is { Length: > 0 })
        {
            result = result with { Gid = TryNumber(group, out var gid) ? gid : await FindGroupAsync(root, group, cancellationToken) };
        }

        return result;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static async Task<Ownership> FindUserAsync(RootFs root, string name, CancellationToken cancellationToken)
    {
        await foreach (var fields in ReadAsync(root, "etc/passwd", cancellationToken))
        {
            if (fields.Length >= 4 && fields[0] == name && TryNumber(fields[2], out var uid) && TryNumber(fields[3], out var gid))
            {
                return new Ownership(uid, gid);
            }
        }

        throw EmbeddedDiagnostics.UnknownUser.With("user", name, "/etc/passwd").ToException();
    }

    private static async Task<int> FindGroupAsync(RootFs root, string name, CancellationToken cancellationToken)
    {
        await foreach (var fields in ReadAsync(root, "etc/group", cancellationToken))
        {
            if (fields.Length >= 3 && fields[0] == name && TryNumber(fields[2], out var gid))
            {
                return gid;
            }
        }

        throw EmbeddedDiagnostics.UnknownUser.With("group", name, "/etc/group").ToException();
    }

    private static async IAsyncEnumerable<string[]> ReadAsync(
        RootFs root, string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var resolved = await root.ResolveAsync(path, followLast: true, cancellationToken);
        if (await root.FindAsync(resolved, cancellationToken) is not { Kind: EntryKind.File, Content: { } content, Size: <= MaxFile })
        {
            yield break;
        }

        using var reader = new StreamReader(content.Open());
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line.Split(':');
            }
        }
    }
}
