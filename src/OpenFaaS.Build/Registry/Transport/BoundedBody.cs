using System.Buffers;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Registry.Transport;

/// <summary>Reads small bodies into memory, with a limit of bytes and of idle time.</summary>
internal static class BoundedBody
{
    /// <summary>The whole body.</summary>
    /// <exception cref="DiagnosticException">The body is larger than <paramref name="limit"/>.</exception>
    /// <exception cref="TransientRegistryException">The connection was cut or stood still.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int limit, string server, string action, TimeSpan idle, CancellationToken cancellationToken)
    {
        var bytes = await TryReadAsync(response, limit, server, action, idle, cancellationToken);
        return bytes ?? throw RegistryDiagnostics.TooLarge.With(server, action, limit).ToException();
    }

    /// <summary>The message of an error response; never fails but by cancellation.</summary>
    public static async Task<string> ReadErrorAsync(HttpAnswer answer, int limit, TimeSpan idle, CancellationToken cancellationToken)
    {
        try
        {
            // A foreign origin's text is no message of the registry.
            var body = answer.SameOrigin ? await TryReadAsync(answer.Message, limit, "", "", idle, cancellationToken) : null;
            return body is null ? "" : SafeText.OfErrors(body);
        }
        catch (TransientRegistryException)
        {
            return "";
        }
    }

    private static async Task<byte[]?> TryReadAsync(HttpResponseMessage response, int limit, string server, string action, TimeSpan idle, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > limit)
        {
            return null;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        using var watch = new IdleWatch(idle, cancellationToken);
        try
        {
            using var result = new MemoryStream();
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            int read;
            while ((read = await stream.ReadAsync(buffer, watch.Touch().Token)) > 0)
            {
                if (result.Length + read > limit)
                {
                    return null;
                }

                result.Write(buffer, 0, read);
            }

            return result.ToArray();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && TransportFailure.OfBody(e, server, action) is { } failure)
        {
            throw failure;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
