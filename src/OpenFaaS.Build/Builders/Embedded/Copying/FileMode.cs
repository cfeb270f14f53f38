using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Builders.Embedded.Copying;

/// <summary>The value of <c>--chmod</c>: octal (<c>0..07777</c>) or symbolic as <c>chmod(1)</c> takes it (<c>u=rwX,go=rX</c>).</summary>
internal sealed class FileMode
{
    private readonly List<(int Who, char Operator, string Permissions)> clauses = [];

    private FileMode(int? octal) => Octal = octal;

    /// <summary>The mode when it was given in octal; also the mode of folders that are made.</summary>
    public int? Octal { get; }

    public static FileMode Parse(string text)
    {
        if (text.Length > 0 && text.All(char.IsAsciiDigit))
        {
            if (text.Any(c => c > '7') || text.TrimStart('0').Length > 4)
            {
                throw Invalid(text);
            }

            return new FileMode(text.TrimStart('0') is { Length: > 0 } digits ? Convert.ToInt32(digits, 8) : 0);
        }

        var mode = new FileMode(octal: null);
        foreach (var clause in text.Split(','))
        {
            mode.AddClause(clause, text);
        }

        return mode;
    }

    /// <summary>The resulting mode of a file or folder.</summary>
    public int Apply(int current, bool isFolder)
    {
        if (Octal is { } octal)
        {
            return octal;
        }

        foreach (var (who, op, permissions) in clauses)
        {
            var bits = Bits(who, permissions, current, isFolder);
            current = op switch
            {
                '+' => current | bits,
                '-' => current & ~bits,
                _ => (current & ~who) | bits,
            };
        }

        return current;
    }

    private static int Bits(int who, string permissions, int current, bool isFolder)
    {
        var bits = 0;
        foreach (var c in permissions)
        {
            bits |= c switch
            {
                'r' => 0x124,
                'w' => 0x92,
                'x' => 0x49,
                'X' => isFolder || (current & 0x49) != 0 ? 0x49 : 0,
                's' => 0xC00,
                't' => 0x200,
                'u' => Spread((current >> 6) & 7),
                'g' => Spread((current >> 3) & 7),
                _ => Spread(current & 7),
            };
        }

        return bits & who;
    }

    private static int Spread(int three) => (three << 6) | (three << 3) | three;

    private static DiagnosticException Invalid(string text) =>
        EmbeddedDiagnostics.InvalidValue.With("--chmod", text, "an octal mode between 0 and 07777, or a symbolic one such as u=rwX,go=rX").ToException();

    private void AddClause(string clause, string text)
    {
        var at = clause.AsSpan().IndexOfAny("+-=");
        if (at < 0)
        {
            throw Invalid(text);
        }

        var who = 0;
        foreach (var c in clause.AsSpan(0, at))
        {
            who |= c switch { 'u' => 0x9C0, 'g' => 0x438, 'o' => 0x207, 'a' => 0xFFF, _ => throw Invalid(text) };
        }

        while (at < clause.Length)
        {
            var op = clause[at];
            var next = clause.AsSpan(at + 1).IndexOfAny("+-=");
            var end = next < 0 ? clause.Length : at + 1 + next;
            var permissions = clause[(at + 1)..end];
            if (permissions.AsSpan().ContainsAnyExcept("rwxXstugo"))
            {
                throw Invalid(text);
            }

            clauses.Add((who == 0 ? 0xFFF : who, op, permissions));
            at = end;
        }
    }
}
