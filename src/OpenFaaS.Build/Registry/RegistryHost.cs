using System.Net;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Authentication;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Registry;

/// <summary>A request to a registry's API.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path below <c>/v2/</c>, with query.</param>
/// <param name="Action">What is done, for messages.</param>
/// <param name="Scope">What it needs.</param>
internal sealed record RegistryCall(HttpMethod Method, string Path, string Action, RequestScope Scope)
{
    /// <summary>An address that the registry named, instead of <paramref name="Path"/>.</summary>
    public Uri? Location { get; init; }

    /// <summary>Statuses besides 2xx that are answers, not failures.</summary>
    public IReadOnlyList<HttpStatusCode> Answers { get; init; } = [];

    /// <inheritdoc cref="HttpCall.Accept"/>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <inheritdoc cref="HttpCall.RangeFrom"/>
    public long RangeFrom { get; init; }

    /// <inheritdoc cref="HttpCall.Body"/>
    public Func<IdleWatch, HttpContent>? Body { get; init; }
}

/// <summary>One registry: its address, its authentication, and requests to it.</summary>
internal sealed class RegistryHost(string registry, RegistryOptions options, HttpSender http, AddressPolicy addresses, CredentialSource credentials) : IDisposable
{
    private readonly EndpointResolver endpoint = new(registry, options, http);

    private readonly TokenClient tokens = new(http, options);
    private readonly RealmPolicy realms = new(options.Environment, addresses);
    private readonly Authenticator authenticator = new(
        registry, credentials, new TokenClient(http, options), new RealmPolicy(options.Environment, addresses), options.Time);

    public string Registry => registry;

    public RegistryOptions Options => options;

    public RegistryLimits Limits => options.Limits;

    public RetryPolicy Retry { get; } = new(options);

    /// <summary>Sends a request once, answering one challenge; the response is 2xx or one of the statuses asked for.</summary>
    /// <exception cref="TransientRegistryException">Another attempt may succeed.</exception>
    /// <exception cref="DiagnosticException">No other attempt would.</exception>
    public async Task<HttpAnswer> SendAsync(RegistryCall call, CancellationToken cancellationToken)
    {
        var origin = await endpoint.ResolveAsync(cancellationToken);
        var address = call.Location ?? new Uri(origin, "/v2/" + call.Path);
        var request = new HttpCall(call.Method, address, registry, call.Action)
        {
            Accept = call.Accept,
            RangeFrom = call.RangeFrom,
            Body = call.Body,
            Commits = call.Method == HttpMethod.Put,
        };

        // An upload address on another origin is signed by itself; credentials are none of its business.
        var ours = AddressPolicy.SameOrigin(origin, address);
        var authorization = ours ? await authenticator.HeaderAsync(origin, call.Scope, cancellationToken) : null;
        var answer = await http.SendAsync(request with { Authorization = authorization }, cancellationToken);
        if (answer.Message.StatusCode == HttpStatusCode.Unauthorized && answer.SameOrigin && ours)
        {
            var challenges = Challenge.Parse(Headers(answer.Message, "WWW-Authenticate"));
            answer.Dispose();
            authorization = await authenticator.AnswerAsync(origin, challenges, call.Scope, authorization, call.Action, cancellationToken);
            answer = await http.SendAsync(request with { Authorization = authorization }, cancellationToken);
        }

        return await CheckAsync(answer, call, cancellationToken);
    }

    /// <summary>A token of the registry's token server, for somebody else's requests.</summary>
    /// <exception cref="DiagnosticException">The token server may not be asked, or gives no token.</exception>
    public Task<BearerToken> FetchTokenAsync(string realm, string service, IReadOnlyList<string> scopes, RegistryCredential? credential, CancellationToken cancellationToken) =>
        Retry.RunAsync(
            async token =>
            {
                var origin = await endpoint.ResolveAsync(token);
                return await tokens.FetchAsync(registry, await realms.CheckAsync(registry, origin, realm, credential is not null, token), service, scopes, credential, token);
            },
            cancellationToken);

    /// <summary>The address in a <c>Location</c> header, checked.</summary>
    /// <exception cref="DiagnosticException">It is missing, malformed, or leads where it must not.</exception>
    public async Task<Uri> LocationAsync(HttpAnswer answer, string action, CancellationToken cancellationToken)
    {
        var origin = await endpoint.ResolveAsync(cancellationToken);
        if (answer.Message.Headers.Location is not { } location || !Uri.TryCreate(answer.Message.RequestMessage?.RequestUri ?? origin, location, out var address))
        {
            throw RegistryDiagnostics.MalformedResponse.With(registry, action, "it names no address for the upload").ToException();
        }

        return await addresses.RefusalAsync(origin, address, cancellationToken) is { } refusal
            ? throw RegistryDiagnostics.RedirectRefused.With(registry, action, SafeText.Of(address), refusal).ToException()
            : address;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        endpoint.Dispose();
        authenticator.Dispose();
    }

    /// <summary>The values of a header; none if it is absent.</summary>
    public static IEnumerable<string> Headers(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values : [];

    private async Task<HttpAnswer> CheckAsync(HttpAnswer answer, RegistryCall call, CancellationToken cancellationToken)
    {
        if (answer.Message.IsSuccessStatusCode || call.Answers.Contains(answer.Message.StatusCode))
        {
            return answer;
        }

        using (answer)
        {
            if (answer is { SameOrigin: true, Message.StatusCode: HttpStatusCode.Unauthorized })
            {
                throw await authenticator.RefusalAsync(call.Scope, call.Action, cancellationToken);
            }

            var text = await BoundedBody.ReadErrorAsync(answer, Limits.TextBytes, Limits.Idle, cancellationToken);
            var server = answer.SameOrigin ? registry : $"{registry} (redirected to another server)";
            throw StatusFailure.Of(answer.Message, server, call.Action, text, options.Time.GetUtcNow());
        }
    }
}
