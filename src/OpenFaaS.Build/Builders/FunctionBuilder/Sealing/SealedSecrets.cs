using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Builders.FunctionBuilder.Sealing;

/// <summary>The file <c>com.openfaas.secrets</c>: YAML with names in the clear and values that only the builder can open.</summary>
internal static class SealedSecrets
{
    /// <summary>Seals the values with a key pair of this file's own.</summary>
    /// <param name="values">Values by name.</param>
    /// <param name="recipient">The builder's key.</param>
    /// <exception cref="DiagnosticException">The key is none that can be sealed with.</exception>
    public static byte[] Write(IReadOnlyDictionary<string, byte[]> values, RecipientKey recipient)
    {
        var sender = RandomNumberGenerator.GetBytes(NaClBox.KeyLength);
        try
        {
            var text = new StringBuilder("version: v1\nalgorithm: nacl/box\n")
                .Append("key_id: ").Append(Quote(recipient.Id)).Append('\n')
                .Append("public_key: ").Append(Quote(Convert.ToBase64String(NaClBox.PublicKeyOf(sender)))).Append('\n')
                .Append("secrets:\n");
            foreach (var (name, value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                var nonce = RandomNumberGenerator.GetBytes(NaClBox.NonceLength);
                byte[] box = [.. nonce, .. NaClBox.Seal(value, nonce, recipient.Bytes, sender)];
                text.Append("    ").Append(Quote(name)).Append(": ").Append(Quote(Convert.ToBase64String(box))).Append('\n');
            }

            return Encoding.UTF8.GetBytes(text.ToString());
        }
        catch (CryptographicException e)
        {
            throw RemoteBuilderDiagnostics.PublicKeyUnusable.With("it", "is of low order: no secret can be sealed with it").ToException(e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(sender);
        }
    }

    // A string of JSON is one of YAML too.
    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
