using System.Net;
using System.Net.Http.Headers;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Registry.Transport;

/// <summary>Sends one request and follows redirects by hand: credentials stay with the origin they were meant for.</summary>
internal sealed class HttpSender(HttpConnections connections, AddressPolicy addresses, RegistryLimits limits)
{
    /// <summary>Returns the first response that is no redirect, whatever its status.</summary>
    /// <exception cref="TransientRegistryException">No response; another attempt may get one.</exception>
    /// <exception cref="DiagnosticException">No response, and no other attempt would get one.</exception>
    public async Task<HttpAnswer> SendAsync(HttpCall call, CancellationToken cancellationToken)
    {
        var address = call.Address;
        for (var hop = 0; ; hop++)
        {
            var sameOrigin = AddressPolicy.SameOrigin(address, call.Address);
            var response = await SendOnceAsync(call, address, sameOrigin, cancellationToken);
            if (Target(response, address, call) is not { } next)
            {
                return new HttpAnswer(response, sameOrigin);
            }

            response.Dispose();
            await CheckAsync(call, address, next, hop, cancellationToken);
            address = next;
        }
    }

    private static Uri? Target(HttpResponseMessage response, Uri address, HttpCall call)
    {
        var redirects = response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
            || (response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                && (call.Method == HttpMethod.Get || call.Method == HttpMethod.Head));
        if (!redirects || response.Headers.Location is not { } location)
        {
            return null;
        }

        return Uri.TryCreate(address, location, out var target)
            ? target
            : throw RegistryDiagnostics.MalformedResponse.With(call.Server, call.Action, "the address of a redirect is malformed").ToException();
    }

    private async Task CheckAsync(HttpCall call, Uri from, Uri to, int hop, CancellationToken cancellationToken)
    {
        var refusal = hop >= limits.Redirects
            ? "there are too many redirects"
            : !call.MayLeaveOrigin && !AddressPolicy.SameOrigin(from, to)
                ? "it is another server"
                : await addresses.RefusalAsync(from, to, cancellationToken) ?? call.RefusesRedirect?.Invoke(from, to);
        if (refusal is not null)
        {
            throw RegistryDiagnostics.RedirectRefused.With(call.Server, call.Action, SafeText.Of(to), refusal).ToException();
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpCall call, Uri address, bool sameOrigin, CancellationToken cancellationToken)
    {
        var pool = connections.For(address);
        using var watch = new IdleWatch(limits.Idle, cancellationToken).Touch(call.Commits ? limits.Commit : limits.Response + limits.Connect);
        var request = new HttpRequestMessage(call.Method, address)
        {
            Version = address.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = call.Body?.Invoke(watch),
        };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("OpenFaaS.Build.Sdk", "0"));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        request.Headers.Authorization = sameOrigin ? call.Authorization : null;
        request.Headers.Range = call.RangeFrom > 0 ? new RangeHeaderValue(call.RangeFrom, null) : null;
        foreach (var mediaType in call.Accept)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(mediaType));
        }

        try
        {
            return await pool.Invoker.SendAsync(request, watch.Token);
        }
        catch (Exception e) when ((e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)))
        {
            // A body that could not be produced is the cause; what the connection says about it is the effect.
            throw (request.Content as StreamedBody)?.SourceFailure ?? TransportFailure.OfRequest(e, call, pool.Trust);
        }
        finally
        {
            request.Content?.Dispose();
        }
    }
}
