using System.Globalization;
using System.Net;
using System.Security.Authentication;
using System.Text.Json;
using k8s.Autorest;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes.Configuration;

namespace OpenFaaS.Build.Kubernetes.Connections;

/// <summary>Says what went wrong with a request, and whether another attempt may do better.</summary>
internal sealed class ClusterFailure(ClusterSettings settings, ClusterCredentials credentials, ClusterTrust trust)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>Whether an exception is one that <see cref="Of"/> explains.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="cancellationToken">The caller's: what it cancels is no failure.</param>
    public static bool Explains(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpOperationException or HttpRequestException or IOException or JsonException or FormatException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>The failure as the caller gets it: final, or transient.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="used">What the request was authorised by.</param>
    public Exception Of(Exception exception, ClusterRequest request, ClusterCredential used)
    {
        switch (exception)
        {
            case HttpOperationException { Response: { } response }:
                return OfStatus(exception, request, response, used);
            case HttpRequestException when exception.Find<AuthenticationException>() is not null && trust.Problem is { } problem:
                return KubernetesDiagnostics.Unreachable.With(settings.Name, problem).ToException(exception);
            case JsonException or FormatException:
                return Row(KubernetesDiagnostics.ServerFailed, request, "its answer is no JSON of the kind that was asked for").ToException(exception);
            default:
                var why = exception is OperationCanceledException ? "no answer in time" : ForeignText.Phrase(exception.GetBaseException().Message);
                return new TransientClusterException(KubernetesDiagnostics.Unreachable.With(settings.Name, why), exception);
        }
    }

    private Exception OfStatus(Exception exception, ClusterRequest request, HttpResponseMessageWrapper response, ClusterCredential used)
    {
        var said = ForeignText.OfStatus(response.Content);
        switch (response.StatusCode)
        {
            case HttpStatusCode.Unauthorized:
                var refused = KubernetesDiagnostics.Unauthorized.With(settings.Name, said);
                if (!credentials.CanRenew)
                {
                    return refused.ToException(exception);
                }

                return new TransientClusterException(refused, exception) { Once = credentials.Forget(used), RetryAfter = TimeSpan.Zero };
            case HttpStatusCode.Forbidden:
                return Row(KubernetesDiagnostics.Forbidden, request, said).ToException(exception);
            case HttpStatusCode.NotFound:
                return Row(KubernetesDiagnostics.NotFound, request, said).ToException(exception);
            case HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout:
                var diagnostic = Row(KubernetesDiagnostics.ServerFailed, request, string.Create(CultureInfo.InvariantCulture, $"{said} (status {(int)response.StatusCode})"));
                return new TransientClusterException(diagnostic, exception) { RetryAfter = RetryAfter(response) };
            default:
                return Row(KubernetesDiagnostics.Refused, request, string.Create(CultureInfo.InvariantCulture, $"{said} (status {(int)response.StatusCode})")).ToException(exception);
        }
    }

    private Diagnostic Row(DiagnosticDescriptor row, ClusterRequest request, string said) =>
        row.With($"{request.Verb} {request.Resource}", request.Namespace, settings.Name, said);

    // Zero is no wait to go by: a server that is down would be asked in a circle.
    private static TimeSpan? RetryAfter(HttpResponseMessageWrapper response)
    {
        var value = response.Headers.FirstOrDefault(header => string.Equals(header.Key, "Retry-After", StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault();
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds)) : null;
    }
}
