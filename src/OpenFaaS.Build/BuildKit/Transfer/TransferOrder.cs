namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>The order of a transfer: a folder, then all that is in it; names in a folder by the bytes of their UTF-8 form. So <c>a/b</c> is before <c>a-b</c>.</summary>
internal static class TransferOrder
{
    private const int Surrogates = 0xD800;
    private const int AfterSurrogates = 0xE000;

    public static int Compare(string a, string b)
    {
        var length = Math.Min(a.Length, b.Length);
        for (var i = 0; i < length; i++)
        {
            if (a[i] != b[i])
            {
                return Rank(a[i]).CompareTo(Rank(b[i]));
            }
        }

        return a.Length.CompareTo(b.Length);
    }

    // Characters of four bytes come last in UTF-8, but not as UTF-16.
    private static int Rank(char c) => c == '/' ? -1 : c is >= (char)Surrogates and < (char)AfterSurrogates ? c + char.MaxValue : c;
}
