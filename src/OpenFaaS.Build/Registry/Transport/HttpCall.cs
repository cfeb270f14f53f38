using System.Net.Http.Headers;

namespace OpenFaaS.Build.Registry.Transport;

/// <summary>One request as the transport sends it. It can be sent more than once.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Address">Absolute address.</param>
/// <param name="Server">How messages name the other side.</param>
/// <param name="Action">What is done, as messages say it: a phrase such as <c>the upload of sha256:…</c>.</param>
internal sealed record HttpCall(HttpMethod Method, Uri Address, string Server, string Action)
{
    /// <summary>Sent to the address's own origin only.</summary>
    public AuthenticationHeaderValue? Authorization { get; init; }

    /// <summary>Media types that the caller understands.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>First byte wanted; 0 asks for all.</summary>
    public long RangeFrom { get; init; }

    /// <summary>Makes the body; the watch is told of progress.</summary>
    public Func<IdleWatch, HttpContent>? Body { get; init; }

    /// <summary>Whether a redirect may lead to another origin; never with credentials.</summary>
    public bool MayLeaveOrigin { get; init; } = true;

    /// <summary>Why a redirect from one address to another is refused, besides what is refused to all; null for a redirect that may be followed.</summary>
    public Func<Uri, Uri, string?>? RefusesRedirect { get; init; }

    /// <summary>Whether the headers may take as long as a registry needs to store an upload.</summary>
    public bool Commits { get; init; }
}

/// <summary>A response whose body has not been read.</summary>
/// <param name="Message">The response; owned.</param>
/// <param name="SameOrigin">Whether the address asked answered, and no other origin for it.</param>
internal sealed record HttpAnswer(HttpResponseMessage Message, bool SameOrigin) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Message.Dispose();
}
