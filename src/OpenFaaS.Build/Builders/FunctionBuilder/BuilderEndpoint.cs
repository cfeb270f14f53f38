using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Builders.FunctionBuilder;

/// <summary>Address of a Function Builder API.</summary>
/// <param name="Base">Scheme, host and port, and the path that the API is below; ends with <c>/</c>.</param>
internal sealed record BuilderEndpoint(Uri Base)
{
    private const string Property = "ContainerBuilderEndpoint";
    private const string Variable = "OPENFAAS_REMOTE_BUILDER";
    private const string Operation = "build";

    /// <summary>As messages name it.</summary>
    public string Text => SafeText.Of(Base);

    /// <summary>Where builds are asked for.</summary>
    public Uri Build => new(Base, Operation);

    /// <summary>The user's address, else that of faas-cli's variable.</summary>
    /// <exception cref="DiagnosticException">There is none, it is malformed, or it is plain http to another machine.</exception>
    public static BuilderEndpoint Of(FunctionModel function, Func<string, string?> environment)
    {
        var engine = function.Builder.Engine;
        var source = engine.Endpoints.Count > 0 ? Property : Variable;
        var text = source == Variable ? environment(Variable)?.Trim() : string.Join(';', engine.Endpoints);
        if (string.IsNullOrEmpty(text))
        {
            throw RemoteBuilderDiagnostics.EndpointMissing.With().ToException();
        }

        if (engine.Endpoints.Count > 1)
        {
            throw Malformed(source, text, "there is more than one");
        }

        var endpoint = Parse(source, text);
        if (endpoint.Base.Scheme == Uri.UriSchemeHttp && (engine.CaFile ?? engine.CertFile ?? engine.KeyFile) is not null)
        {
            throw Malformed(source, text, "files of certificates are set, and http:// uses none");
        }

        return endpoint.Base.Scheme == Uri.UriSchemeHttps || engine.AllowInsecure || AddressPolicy.IsLoopback(endpoint.Base)
            ? endpoint
            : throw RemoteBuilderDiagnostics.EndpointNotSecure.With(endpoint.Text).ToException();
    }

    private static BuilderEndpoint Parse(string source, string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps) || address.Host.Length == 0)
        {
            throw Malformed(source, text, "it does not begin with http:// or https:// and a host");
        }

        if (address.UserInfo.Length > 0)
        {
            // Not repeated: it may hold a password.
            throw Malformed(source, SafeText.Of(address), "it holds a user name");
        }

        if (address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw Malformed(source, SafeText.Of(address), "something follows its path");
        }

        // faas-cli drops the path, so its users write the address of the operation itself.
        var parts = address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var path = parts is [.. var prefix, Operation] ? prefix : parts;
        return new BuilderEndpoint(new UriBuilder(address.Scheme, address.Host, address.Port, string.Concat(path.Select(part => part + "/"))).Uri);
    }

    private static DiagnosticException Malformed(string source, string text, string problem) =>
        RemoteBuilderDiagnostics.EndpointMalformed.With(source, SafeText.Neutralize(text), problem).ToException();
}
