using System.Net;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Templates.Store;

/// <summary>Bounds on what a template store can make the SDK do.</summary>
internal sealed record StoreLimits
{
    /// <summary>Bytes of the store.</summary>
    public int Bytes { get; init; } = 4 << 20;

    /// <summary>Time from the first attempt to the last byte.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Attempts, the first included.</summary>
    public int Attempts { get; init; } = 3;
}

/// <summary>Fetches a store by HTTP, with the transport of registries: proxies and private authorities as there, no cookies, no credentials.</summary>
internal sealed class StoreDownload(RegistryOptions options, AddressPolicy addresses, StoreLimits limits)
{
    private const string Action = "the list of templates";

    // What the user names may be private or this machine, but never link-local.
    private static readonly Uri ThisMachine = new("http://127.0.0.1/");

    /// <summary>The bytes that the address serves.</summary>
    /// <exception cref="DiagnosticException">It cannot be asked, or does not answer with 200 within the limits.</exception>
    public async Task<byte[]> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        var place = SafeText.Of(address);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(limits.Time);
        try
        {
            if (await addresses.RefusalAsync(ThisMachine, address, time.Token) is { } refusal)
            {
                throw TemplateSourceDiagnostics.StoreRefused.With(place, refusal).ToException();
            }

            var bounded = options with { Limits = options.Limits with { Attempts = limits.Attempts } };
            using var connections = new HttpConnections(bounded);
            var sender = new HttpSender(connections, addresses, bounded.Limits);
            var call = new HttpCall(HttpMethod.Get, address, address.Authority, Action)
            {
                Accept = ["application/json", "text/plain"],
                RefusesRedirect = RefusalOfRedirect,
            };
            return await new RetryPolicy(bounded).RunAsync(token => GetOnceAsync(sender, call, token), time.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unavailable(place, $"there was no whole answer within {limits.Time.TotalSeconds:0.#} s");
        }
        catch (DiagnosticException e) when (e.Diagnostics[0].Descriptor.Code.StartsWith("OFB3", StringComparison.Ordinal))
        {
            var cause = e.Diagnostics[0];

            // The registry's next step is none for a store.
            throw Unavailable(place, cause.Message[..^(cause.Descriptor.NextStep.Length + 1)].TrimEnd('.'), e);
        }
    }

    private static string? RefusalOfRedirect(Uri from, Uri to) =>
        from.Scheme != to.Scheme ? "it leads to another scheme"
        : to.Scheme == Uri.UriSchemeHttp && !AddressPolicy.IsLoopback(to) ? "plain http is for this machine only"
        : null;

    private static DiagnosticException Unavailable(string place, string why, Exception? inner = null) =>
        TemplateSourceDiagnostics.StoreUnavailable.With(place, why).ToException(inner);

    private async Task<byte[]> GetOnceAsync(HttpSender sender, HttpCall call, CancellationToken cancellationToken)
    {
        using var answer = await sender.SendAsync(call, cancellationToken);
        if (answer.Message.StatusCode != HttpStatusCode.OK)
        {
            throw StatusFailure.Of(answer.Message, call.Server, Action, "", options.Time.GetUtcNow());
        }

        if (!answer.SameOrigin && answer.Message.RequestMessage?.RequestUri is { } end)
        {
            options.Log.Message(MessageImportance.Normal, $"The template store {SafeText.Of(call.Address)} sent the SDK on to {SafeText.Of(end)}.");
        }

        return await BoundedBody.ReadAsync(answer.Message, limits.Bytes, call.Server, Action, limits.Time, cancellationToken);
    }
}
