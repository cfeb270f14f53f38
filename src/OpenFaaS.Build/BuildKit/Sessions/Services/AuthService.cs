using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Sessions.Auth;
using OpenFaaS.Build.BuildKit.Wire.Auth;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Sessions.Services;

/// <summary>Answers questions for credentials. Where there are some, tokens are fetched here, and a daemon that can take them never sees the secret.</summary>
internal sealed class AuthService(TokenAuthorities authorities) : Wire.Auth.Auth.AuthBase
{
    private const int LongestHost = 255;
    private const int LongestSalt = 1024;
    private const int LongestText = 4096;
    private const int MostScopes = 256;

    /// <inheritdoc/>
    public override async Task<CredentialsResponse> Credentials(CredentialsRequest request, ServerCallContext context)
    {
        var (user, secret) = await FindAsync(request.Host, context);
        return new CredentialsResponse { Username = user, Secret = secret };
    }

    /// <inheritdoc/>
    public override async Task<GetTokenAuthorityResponse> GetTokenAuthority(GetTokenAuthorityRequest request, ServerCallContext context)
    {
        await EnsureSecretAsync(request.Host, context);
        Ensure(request.Salt.Length <= LongestSalt);
        return new GetTokenAuthorityResponse { PublicKey = ByteString.CopyFrom(authorities.PublicKey(request.Host, request.Salt.Span)) };
    }

    /// <inheritdoc/>
    public override async Task<VerifyTokenAuthorityResponse> VerifyTokenAuthority(VerifyTokenAuthorityRequest request, ServerCallContext context)
    {
        await EnsureSecretAsync(request.Host, context);
        Ensure(request.Salt.Length <= LongestSalt && request.Payload.Length <= LongestText);
        return new VerifyTokenAuthorityResponse { Signed = ByteString.CopyFrom(authorities.Sign(request.Host, request.Salt.Span, request.Payload.ToByteArray())) };
    }

    /// <inheritdoc/>
    public override async Task<FetchTokenResponse> FetchToken(FetchTokenRequest request, ServerCallContext context)
    {
        await EnsureSecretAsync(request.Host, context);
        Ensure(request.Scopes.Count <= MostScopes && request.Scopes.Append(request.Realm).Append(request.Service).All(text => text.Length <= LongestText));
        var (token, expiresIn, issuedAt) = await AskAsync(
            context, registries => registries.TokenAsync(request.Host, request.Realm, request.Service, request.Scopes, context.CancellationToken));
        return new FetchTokenResponse { Token = token, ExpiresIn = expiresIn, IssuedAt = issuedAt };
    }

    // Unavailable tells the daemon to ask for credentials instead, which are then empty, and to go on by itself.
    private static async Task EnsureSecretAsync(string host, ServerCallContext context)
    {
        if ((await FindAsync(host, context)).Secret.Length == 0)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "there are no credentials"));
        }
    }

    private static Task<(string User, string Secret)> FindAsync(string host, ServerCallContext context)
    {
        Ensure(host.Length <= LongestHost);
        return AskAsync(context, registries => registries.CredentialsAsync(host, context.CancellationToken));
    }

    // A daemon does without a cache that it may not read, so a failure here need not be the build's.
    private static async Task<T> AskAsync<T>(ServerCallContext context, Func<IRegistryAccess, Task<T>> ask)
    {
        try
        {
            return await ask(context.SessionContent().Registries);
        }
        catch (DiagnosticException e) when (!context.CancellationToken.IsCancellationRequested)
        {
            throw CodedErrors.Report(context, e, context.SessionContent().AccessFailed);
        }
    }

    private static void Ensure(bool sensible)
    {
        if (!sensible)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "the request is too long"));
        }
    }
}
