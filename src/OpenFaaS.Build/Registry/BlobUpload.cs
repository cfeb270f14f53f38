using System.Buffers;
using System.Net;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry.Authentication;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Registry;

/// <summary>Mount and upload of blobs. An upload is one POST and one PUT; after a failure a new session begins.</summary>
internal sealed class BlobUpload(RegistryHost host, string repository, RequestScope push)
{
    private const int BufferSize = 128 * 1024;

    /// <inheritdoc cref="RegistryRepository.TryMountAsync"/>
    public async Task<bool> TryMountAsync(Descriptor blob, string fromRepository, CancellationToken cancellationToken)
    {
        var scope = push with { Scopes = [.. push.Scopes, $"repository:{fromRepository}:pull"] };
        var query = $"mount={Uri.EscapeDataString(blob.Digest.ToString())}&from={Uri.EscapeDataString(fromRepository)}";
        var call = new RegistryCall(HttpMethod.Post, $"{repository}/blobs/uploads/?{query}", $"the mount of {blob.Digest} into {repository}", scope);
        try
        {
            var session = await host.Retry.RunAsync(
                async token =>
                {
                    using var answer = await host.SendAsync(call, token);
                    return answer.Message.StatusCode == HttpStatusCode.Created ? null : await host.LocationAsync(answer, call.Action, token);
                },
                cancellationToken);
            if (session is not null)
            {
                await CancelAsync(session, blob, cancellationToken);
            }

            return session is null;
        }
        catch (DiagnosticException e) when (IsRefusal(e.Diagnostics[0].Descriptor))
        {
            // No right to read the other repository, or no mounts at all: the upload decides.
            return false;
        }
    }

    /// <summary>Sends a blob.</summary>
    public Task UploadAsync(Descriptor blob, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var begin = new RegistryCall(HttpMethod.Post, $"{repository}/blobs/uploads/", $"the upload of {blob.Digest} to {repository}", push);
        return host.Retry.RunAsync(
            async token =>
            {
                using var session = await host.SendAsync(begin, token);
                var location = await host.LocationAsync(session, begin.Action, token);
                await PutAsync(begin, WithDigest(location, blob.Digest), blob, write, token);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Copies local content; a content that is not as long as described is an error before anything is committed.</summary>
    public static async Task CopyAsync(Descriptor blob, Func<Stream> open, Stream destination, CancellationToken cancellationToken)
    {
        await using var source = open();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long done = 0;
            while (await ReadAsync(source, buffer, blob, cancellationToken) is var read and > 0)
            {
                done += read;
                if (done > blob.Size)
                {
                    break;
                }

                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            if (done != blob.Size)
            {
                throw LayerDiagnostics.FileChanged.With(blob.Digest.ToString(), $"it no longer has {blob.Size} bytes").ToException();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<int> ReadAsync(Stream source, byte[] buffer, Descriptor blob, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LayerDiagnostics.CannotRead.With($"The blob {blob.Digest}", e.Message.TrimEnd('.')).ToException(e);
        }
    }

    private static Uri WithDigest(Uri location, Digest digest)
    {
        var builder = new UriBuilder(location) { Fragment = "" };
        var parameter = "digest=" + Uri.EscapeDataString(digest.ToString());
        builder.Query = builder.Query.Length > 1 ? $"{builder.Query[1..]}&{parameter}" : parameter;
        return builder.Uri;
    }

    private static bool IsRefusal(DiagnosticDescriptor descriptor) =>
        descriptor == RegistryDiagnostics.Unauthorized || descriptor == RegistryDiagnostics.Denied || descriptor == RegistryDiagnostics.Rejected;

    private async Task PutAsync(RegistryCall begin, Uri location, Descriptor blob, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var call = begin with
        {
            Method = HttpMethod.Put,
            Location = location,
            Answers = [HttpStatusCode.NotFound, HttpStatusCode.RequestedRangeNotSatisfiable],
            Body = watch => StreamedBody.Octets(blob.Size, write, watch, host.Limits.Commit),
        };
        using var answer = await host.SendAsync(call, cancellationToken);
        if (!answer.Message.IsSuccessStatusCode)
        {
            throw new TransientRegistryException(TransportFailure.OfTransfer(host.Registry, call.Action, "the registry lost the upload session"));
        }

        if (ManifestExchange.Announced(answer) is { } announced && announced != blob.Digest)
        {
            throw RegistryDiagnostics.DigestMismatch.With(host.Registry, call.Action, blob.Digest, announced).ToException();
        }
    }

    // A session that is left open costs the registry space until it cleans up; failing to close it is no failure of the build.
    private async Task CancelAsync(Uri session, Descriptor blob, CancellationToken cancellationToken)
    {
        try
        {
            var call = new RegistryCall(HttpMethod.Delete, "", $"the end of the upload of {blob.Digest}", push) { Location = session };
            (await host.SendAsync(call, cancellationToken)).Dispose();
        }
        catch (Exception e) when (e is DiagnosticException or TransientRegistryException)
        {
            host.Options.Log.Message(MessageImportance.Low, e.Message);
        }
    }
}
