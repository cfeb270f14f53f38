using System.Net.Sockets;
using System.Security.Cryptography;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Engines;

/// <summary>Turns the many ways in which a connection fails into one exception.</summary>
internal static class EngineFault
{
    /// <summary>Asks, and says in a phrase what went wrong.</summary>
    /// <exception cref="EngineFailedException">The engine cannot be reached, or the connection broke.</exception>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is HttpRequestException or IOException or SocketException or CryptographicException)
        {
            var cause = e is HttpRequestException { InnerException: { } inner } ? inner : e;
            throw new EngineFailedException(SafeText.Neutralize(cause.Message).TrimEnd('.'), e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineFailedException("no connection came about in time", e);
        }
    }
}
