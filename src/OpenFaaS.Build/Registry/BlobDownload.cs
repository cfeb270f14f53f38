using System.Net;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry.Authentication;

namespace OpenFaaS.Build.Registry;

/// <summary>HEAD and GET of blobs.</summary>
internal sealed class BlobDownload(RegistryHost host, string repository, RequestScope scope)
{
    /// <inheritdoc cref="RegistryRepository.HasBlobAsync"/>
    public Task<bool> ExistsAsync(Digest digest, CancellationToken cancellationToken)
    {
        var call = Call(HttpMethod.Head, digest, "the request for") with { Answers = [HttpStatusCode.NotFound] };
        return host.Retry.RunAsync(
            async token =>
            {
                using var answer = await host.SendAsync(call, token);
                return answer.Message.StatusCode != HttpStatusCode.NotFound;
            },
            cancellationToken);
    }

    /// <inheritdoc cref="RegistryRepository.CopyBlobAsync"/>
    public async Task CopyAsync(Descriptor blob, Stream destination, CancellationToken cancellationToken)
    {
        using var transfer = new BlobTransfer(host, Call(HttpMethod.Get, blob.Digest, "the download of"), blob, destination);
        await host.Retry.RunAsync(transfer.ContinueAsync, cancellationToken);
    }

    private RegistryCall Call(HttpMethod method, Digest digest, string verb) =>
        new(method, $"{repository}/blobs/{digest}", $"{verb} {digest} from {repository}", scope);
}
