namespace OpenFaaS.Build.Diagnostics;

/// <summary>Finds what was probably meant by a misspelled word.</summary>
internal static class Suggestion
{
    private const int MaxLength = 20;

    /// <summary><c>(did you mean 'X'?)</c> after a blank if a candidate differs in few letters, else nothing.</summary>
    public static string For(string word, IEnumerable<string> candidates, string prefix = "")
    {
        if (word.Length is 0 or > MaxLength)
        {
            return "";
        }

        var best = candidates.Select(candidate => (candidate, Distance: Distance(word, candidate))).OrderBy(pair => pair.Distance).FirstOrDefault();
        return best.candidate is not null && best.Distance <= Math.Max(1, Math.Min(word.Length, best.candidate.Length) / 3)
            ? $" (did you mean '{prefix}{best.candidate}'?)"
            : "";
    }

    /// <summary>Letters to insert, remove, replace or swap with their neighbour.</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[a.Length, b.Length];
    }
}
