using System.Text;

namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>Finds a text in bytes in the forms in which it could have been written.</summary>
internal static class SecretSearch
{
    /// <summary>Names of the contents that hold <paramref name="text"/> as UTF-8, UTF-16, or inside base64.</summary>
    public static IReadOnlyList<string> Find(IReadOnlyDictionary<string, byte[]> contents, string text)
    {
        var forms = Forms(text).ToList();
        return [.. contents.Where(content => forms.Exists(form => content.Value.AsSpan().IndexOf(form) >= 0)).Select(content => content.Key)];
    }

    private static IEnumerable<byte[]> Forms(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        yield return bytes;
        yield return Encoding.Unicode.GetBytes(text);

        // Where text before it shifts the groups of three, only the groups that it fills alone are the same.
        for (var shift = 0; shift < 3; shift++)
        {
            var shifted = Convert.ToBase64String([.. new byte[shift], .. bytes]);
            var first = shift == 0 ? 0 : 4;
            var whole = (shift + bytes.Length) / 3 * 4;
            yield return Encoding.ASCII.GetBytes(shifted[first..whole]);
        }
    }
}
