using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Registry.Authentication;

/// <summary>A bearer token and when to ask for another.</summary>
/// <param name="Value">The token.</param>
/// <param name="RefreshAt">After four fifths of its life.</param>
internal sealed record BearerToken(string Value, DateTimeOffset RefreshAt)
{
    /// <inheritdoc/>
    public override string ToString() => "bearer token";
}

/// <summary>Asks a token server (distribution's token specification; OAuth2 for identity tokens).</summary>
internal sealed class TokenClient(HttpSender http, RegistryOptions options)
{
    private const string ClientId = "OpenFaaS.Build.Sdk";

    /// <summary>A token for the scopes; anonymous without a credential.</summary>
    public async Task<BearerToken> FetchAsync(
        string registry, Uri realm, string service, IReadOnlyList<string> scopes, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        var call = credential?.IdentityToken is { } identity
            ? Post(registry, realm, service, scopes, identity)
            : Get(registry, realm, service, scopes, credential);
        using var answer = await http.SendAsync(call, cancellationToken);
        if (answer.Message.StatusCode != HttpStatusCode.OK)
        {
            var text = await BoundedBody.ReadErrorAsync(answer, options.Limits.TextBytes, options.Limits.Idle, cancellationToken);
            throw answer.Message.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest or HttpStatusCode.Forbidden
                ? RegistryDiagnostics.Unauthorized.With(registry, call.Action, Authenticator.Describe(credential) + (text.Length > 0 ? $" ({text})" : "")).ToException()
                : StatusFailure.Of(answer.Message, call.Server, call.Action, text, options.Time.GetUtcNow());
        }

        var body = await BoundedBody.ReadAsync(answer.Message, options.Limits.TextBytes, call.Server, call.Action, options.Limits.Idle, cancellationToken);
        return Parse(body, call);
    }

    private static HttpCall Get(string registry, Uri realm, string service, IReadOnlyList<string> scopes, RegistryCredential? credential)
    {
        List<string> query = [];
        if (service.Length > 0)
        {
            query.Add("service=" + Uri.EscapeDataString(service));
        }

        query.AddRange(scopes.Select(scope => "scope=" + Uri.EscapeDataString(scope)));
        var builder = new UriBuilder(realm) { Fragment = "" };
        builder.Query = string.Join('&', new[] { builder.Query.TrimStart('?') }.Concat(query).Where(part => part.Length > 0));
        return new HttpCall(HttpMethod.Get, builder.Uri, Server(registry, realm), "the request for a token")
        {
            MayLeaveOrigin = false,
            Authorization = credential is null ? null : Authenticator.Basic(credential),
        };
    }

    private static HttpCall Post(string registry, Uri realm, string service, IReadOnlyList<string> scopes, string identity) =>
        new(HttpMethod.Post, realm, Server(registry, realm), "the request for a token")
        {
            MayLeaveOrigin = false,
            Body = _ => new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["grant_type"] = "refresh_token",
                ["service"] = service,
                ["client_id"] = ClientId,
                ["scope"] = string.Join(' ', scopes),
                ["refresh_token"] = identity,
            }),
        };

    private static string Server(string registry, Uri realm) => $"the token server {realm.Authority} of {registry}";

    private BearerToken Parse(byte[] body, HttpCall call)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            var root = document.RootElement;
            var token = root.ValueKind == JsonValueKind.Object
                ? new[] { "token", "access_token" }.Select(name => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null)
                    .FirstOrDefault(value => !string.IsNullOrEmpty(value))
                : null;
            if (token is null || token.Any(character => character is <= ' ' or >= '\u007f'))
            {
                throw Malformed(call, token is null ? "it holds no token" : "the token holds characters that no header may hold");
            }

            return new BearerToken(token, options.Time.GetUtcNow() + (Lifetime(root) * 0.8));
        }
        catch (JsonException)
        {
            throw Malformed(call, "it is no valid JSON");
        }
    }

    private static DiagnosticException Malformed(HttpCall call, string reason) =>
        RegistryDiagnostics.MalformedResponse.With(call.Server, call.Action, reason).ToException();

    // The specification's default is a minute; nonsense counts as the default, and no token is trusted for longer than a day.
    private static TimeSpan Lifetime(JsonElement root)
    {
        var seconds = 60d;
        if (root.TryGetProperty("expires_in", out var value))
        {
            var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;
            seconds = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var given) && given > 0 ? given : seconds;
        }

        return TimeSpan.FromSeconds(Math.Min(seconds, 86_400));
    }
}
