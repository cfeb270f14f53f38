namespace OpenFaaS.Build.Kubernetes.Connections;

/// <summary>Bounds what an API server answers before the client reads it; only streams that the caller reads piece by piece have no bound.</summary>
internal sealed class BoundedReplies : DelegatingHandler
{
    /// <summary>Pods and Jobs are far below the 1.5 MiB that a cluster stores of an object; lists are asked for in pages.</summary>
    private const int Longest = 16 << 20;

    /// <summary>Marks a request whose answer is a stream.</summary>
    public static HttpRequestOptionsKey<bool> IsStream { get; } = new("OpenFaaS.Build.IsStream");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode && request.Options.TryGetValue(IsStream, out var isStream) && isStream)
        {
            return response;
        }

        try
        {
            await response.Content.LoadIntoBufferAsync(Longest, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
