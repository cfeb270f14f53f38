using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using OpenFaaS.Build.BuildKit.Connections.Sockets;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Builders.FunctionBuilder;

/// <summary>Makes coded errors of what goes wrong between the SDK and a builder.</summary>
internal sealed class CallFailure(BuilderConnection connection, BuilderLimits limits, TimeSpan idle)
{
    private const int LongestText = 500;

    private string Address => connection.Endpoint.Text;

    /// <summary>No answer came.</summary>
    /// <param name="e">What the connection says.</param>
    /// <param name="isSent">Whether the whole request was sent.</param>
    public DiagnosticException OfRequest(Exception e, bool isSent) => e switch
    {
        OperationCanceledException when e.InnerException is TimeoutException => RemoteBuilderDiagnostics.Unreachable.With(Address, "no connection within the time limit").ToException(e),
        OperationCanceledException when isSent => OfSilence(e, ""),
        OperationCanceledException => RemoteBuilderDiagnostics.ConnectionLost.With(Address, $"it took nothing of the request for {limits.Sending.TotalSeconds} s", "").ToException(e),
        _ when connection.Trust.Problem is { } problem && e.Find<AuthenticationException>() is not null => RemoteBuilderDiagnostics.UntrustedCertificate.With(Address, problem).ToException(e),
        _ when e.Find<AuthenticationException>() is not null => RemoteBuilderDiagnostics.Unreachable.With(Address, "it does not speak TLS, or refuses the certificate of the client").ToException(e),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => RemoteBuilderDiagnostics.Unreachable.With(Address, "its name is unknown").ToException(e),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError or HttpRequestError.SecureConnectionError } =>
            RemoteBuilderDiagnostics.Unreachable.With(Address, e.Find<SocketException>() is { } socket ? SocketFailure.Phrase(socket) : "the connection was not made").ToException(e),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } =>
            RemoteBuilderDiagnostics.AnswerMalformed.With(Address, "it is no valid HTTP", "").ToException(e),
        _ => RemoteBuilderDiagnostics.ConnectionLost.With(Address, "it was closed before the builder answered", "").ToException(e),
    };

    /// <summary>The answer began and did not end.</summary>
    /// <param name="e">What the connection says.</param>
    /// <param name="tail">The last lines of the build, as the end of a message.</param>
    public DiagnosticException OfAnswer(Exception e, string tail) => e is OperationCanceledException
        ? OfSilence(e, tail)
        : RemoteBuilderDiagnostics.ConnectionLost.With(Address, "its answer was cut off", tail).ToException(e);

    /// <summary>The answer is none that builds begin with.</summary>
    /// <returns>A <see cref="BusyBuilderException"/> where another attempt may succeed.</returns>
    public async Task<Exception> OfStatusAsync(HttpResponseMessage response, long sent, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (status is >= 300 and < 400)
        {
            var target = response.Headers.Location is { } location && Uri.TryCreate(connection.Endpoint.Build, location, out var address) ? $"'{SafeText.Of(address)}'" : "no address";
            return RemoteBuilderDiagnostics.Redirected.With(Address, target).ToException();
        }

        var text = await TextAsync(response, cancellationToken);
        var said = text.Length > 0 ? $" It said: {text}." : "";
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => RemoteBuilderDiagnostics.SignatureRefused.With(Address, status, said).ToException(),
            HttpStatusCode.RequestEntityTooLarge => RemoteBuilderDiagnostics.ContextTooLarge.With(Address, OutputText.Size(sent), said).ToException(),
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => new BusyBuilderException(status, said) { RetryAfter = RetryAfter(response) },
            _ => RemoteBuilderDiagnostics.StatusUnexpected.With(Address, status, said).ToException(),
        };
    }

    private DiagnosticException OfSilence(Exception e, string tail) =>
        RemoteBuilderDiagnostics.Silent.With(Address, idle.ToString("c", CultureInfo.InvariantCulture), tail).ToException(e);

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - limits.Time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };

        // One that asks for no wait would be asked again and again.
        return wait < limits.FirstWait ? limits.FirstWait : wait;
    }

    private async Task<string> TextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        watch.CancelAfter(limits.ErrorTime);
        var bytes = new byte[limits.ErrorBytes];
        var length = 0;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(watch.Token);
            while (length < bytes.Length && await stream.ReadAsync(bytes.AsMemory(length), watch.Token) is > 0 and var count)
            {
                length += count;
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is IOException or HttpRequestException or OperationCanceledException)
        {
            // What came is what there is.
        }

        return OutputText.Phrase(ErrorOf(bytes.AsMemory(0, length)) ?? Encoding.UTF8.GetString(bytes, 0, length), LongestText);
    }

    // Some failures are told as the result of a build.
    private static string? ErrorOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String
                ? error.GetString()
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
