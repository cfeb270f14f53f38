using System.Security.Cryptography;
using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.FunctionBuilder.Requests;

/// <summary>The secret that a builder shares with its callers, without the white space around it. Overwritten at the end; printing it gives no value.</summary>
internal sealed class PayloadSecret : IDisposable
{
    private const string Variable = "OPENFAAS_PAYLOAD_SECRET";
    private const int Longest = 64 * 1024;

    private readonly byte[] key;

    private PayloadSecret(byte[] key) => this.key = key;

    /// <summary>Reads what <c>OpenFaaSPayloadSecret</c> refers to, else the file that faas-cli's variable names.</summary>
    /// <exception cref="DiagnosticException">None is named, or there is nothing where it should be.</exception>
    public static async Task<PayloadSecret> ReadAsync(FunctionModel function, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var reference = function.Builder.Engine.RemoteBuilder.PayloadSecret
            ?? (environment(Variable) is { Length: > 0 } path ? "file:" + Path.GetFullPath(path, function.BaseFolder) : null)
            ?? throw RemoteBuilderDiagnostics.PayloadSecretMissing.With().ToException();
        var name = reference[(reference.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return reference.StartsWith("env:", StringComparison.Ordinal)
            ? Of(Encoding.UTF8.GetBytes(environment(name) ?? throw Unusable($"the environment variable '{name}'", "is not set")), $"the environment variable '{name}'")
            : Of(await ReadFileAsync(name, cancellationToken), $"'{name}'");
    }

    /// <summary>Begins a signature.</summary>
    public IncrementalHash BeginSignature() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);

    public void Dispose() => CryptographicOperations.ZeroMemory(key);

    private static PayloadSecret Of(byte[] bytes, string place)
    {
        var trimmed = bytes.AsSpan().Trim("\t\n\v\f\r "u8);
        var key = trimmed.ToArray();
        CryptographicOperations.ZeroMemory(bytes);
        return key.Length > 0 ? new PayloadSecret(key) : throw Unusable(place, "is empty");
    }

    private static async Task<byte[]> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await BoundedFile.ReadAsync(path, Longest, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unusable($"'{path}'", "does not exist", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable($"'{path}'", "cannot be read: " + e.Message.TrimEnd('.'), e);
        }
    }

    private static DiagnosticException Unusable(string place, string problem, Exception? inner = null) =>
        RemoteBuilderDiagnostics.PayloadSecretUnusable.With(place, problem).ToException(inner);
}
