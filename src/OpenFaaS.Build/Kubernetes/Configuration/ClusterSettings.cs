namespace OpenFaaS.Build.Kubernetes.Configuration;

/// <summary>Which cluster, and how it is reached: one context of a kubeconfig, or the pod that the build runs in.</summary>
/// <param name="Server">Address of the API server.</param>
/// <param name="Origin">Where this is from, for messages: the file, or <c>the pod's service account</c>.</param>
internal sealed record ClusterSettings(Uri Server, string Origin)
{
    /// <summary>The context's namespace; <c>default</c> where it names none.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>Certificates that the server's is checked against, as PEM; null for the system's.</summary>
    public string? Authorities { get; init; }

    /// <summary>Whether the user's kubeconfig says that the server's certificate is not checked.</summary>
    public bool SkipsVerification { get; init; }

    /// <summary>The name in the server's certificate where it is another one than the address has.</summary>
    public string? ServerName { get; init; }

    /// <summary>Proxy for this cluster alone.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>The client's certificate, as PEM.</summary>
    public string? Certificate { get; init; }

    /// <summary>Its key, as PEM.</summary>
    public string? Key { get; init; }

    /// <summary>A token that does not change.</summary>
    public string? Token { get; init; }

    /// <summary>Full path of a file with the token, which is renewed by somebody else.</summary>
    public string? TokenFile { get; init; }

    /// <summary>User name and password.</summary>
    public (string Name, string Password)? Login { get; init; }

    /// <summary>A command that gives credentials.</summary>
    public CredentialPlugin? Plugin { get; init; }

    /// <summary>The server's address as messages name it.</summary>
    public string Name => Registry.Transport.SafeText.Of(Server).TrimEnd('/');
}

/// <summary>A command of the kubeconfig that gives credentials (<c>users[].user.exec</c>).</summary>
/// <param name="Program">Full path.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Environment">Variables besides the worker's own.</param>
/// <param name="ApiVersion">Version of the protocol, <c>client.authentication.k8s.io/v1</c>.</param>
internal sealed record CredentialPlugin(string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string?> Environment, string ApiVersion);
