using System.Globalization;
using System.Net;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Registry.Transport;

/// <summary>Turns error statuses into coded, final or transient failures.</summary>
internal static class StatusFailure
{
    /// <summary>The failure that a status stands for.</summary>
    /// <param name="response">The response.</param>
    /// <param name="server">Who answered.</param>
    /// <param name="action">What was asked.</param>
    /// <param name="text">The server's own words, made safe; may be empty.</param>
    /// <param name="now">The time that dates in <c>Retry-After</c> count from.</param>
    public static Exception Of(HttpResponseMessage response, string server, string action, string text, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        var reason = string.Create(CultureInfo.InvariantCulture, $"status {status}") + (text.Length > 0 ? $" ({text})" : "");
        var wait = RetryAfter(response, now);
        var asked = wait is { } time ? string.Create(CultureInfo.InvariantCulture, $"{reason}; it asks to wait {Math.Ceiling(time.TotalSeconds)} s") : reason;
        return response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests =>
                new TransientRegistryException(RegistryDiagnostics.RateLimited.With(server, action, asked)) { RetryAfter = wait },
            HttpStatusCode.RequestTimeout or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
                or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
                new TransientRegistryException(RegistryDiagnostics.ServerError.With(server, action, asked)) { RetryAfter = wait },
            HttpStatusCode.Unauthorized => RegistryDiagnostics.Unauthorized.With(server, action, reason).ToException(),
            HttpStatusCode.Forbidden => RegistryDiagnostics.Denied.With(server, action, reason).ToException(),
            >= HttpStatusCode.InternalServerError => RegistryDiagnostics.ServerError.With(server, action, reason).ToException(),
            >= HttpStatusCode.BadRequest => RegistryDiagnostics.Rejected.With(server, action, reason).ToException(),
            _ => RegistryDiagnostics.MalformedResponse.With(server, action, reason).ToException(),
        };
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };
}
