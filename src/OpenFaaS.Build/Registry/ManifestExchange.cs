using System.Net;
using System.Net.Http.Headers;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry.Authentication;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Registry;

/// <summary>HEAD, GET and PUT of manifests.</summary>
internal sealed class ManifestExchange(RegistryHost host, string repository, RequestScope scope, RequestScope push)
{
    private static readonly string[] Understood =
        [MediaTypes.OciIndex, MediaTypes.OciManifest, MediaTypes.DockerManifestList, MediaTypes.DockerManifest];

    /// <inheritdoc cref="RegistryRepository.HeadManifestAsync"/>
    public async Task<ManifestHead?> HeadAsync(string tagOrDigest, CancellationToken cancellationToken)
    {
        var call = Call(HttpMethod.Head, tagOrDigest, "the request for");
        var head = await host.Retry.RunAsync<ManifestHead?>(
            async token =>
            {
                using var answer = await host.SendAsync(call, token);
                return answer.Message.StatusCode == HttpStatusCode.OK ? Head(answer, tagOrDigest, call.Action) : null;
            },
            cancellationToken);
        if (head is not { Size: < 0 })
        {
            return head;
        }

        return await GetAsync(tagOrDigest, cancellationToken) is { } document ? new ManifestHead(document.Digest, document.MediaType, document.Bytes.Length) : null;
    }

    /// <inheritdoc cref="RegistryRepository.GetManifestAsync"/>
    public Task<RegistryDocument?> GetAsync(string tagOrDigest, CancellationToken cancellationToken)
    {
        var call = Call(HttpMethod.Get, tagOrDigest, "the request for");
        return host.Retry.RunAsync<RegistryDocument?>(
            async token =>
            {
                using var answer = await host.SendAsync(call, token);
                if (answer.Message.StatusCode == HttpStatusCode.NotFound)
                {
                    return null;
                }

                RefuseSchema1(answer, tagOrDigest);
                var bytes = await BoundedBody.ReadAsync(answer.Message, host.Limits.ManifestBytes, host.Registry, call.Action, host.Limits.Idle, token);
                return Verify(answer, bytes, tagOrDigest, call.Action);
            },
            cancellationToken);
    }

    /// <inheritdoc cref="RegistryRepository.PutManifestAsync"/>
    public Task<Digest> PutAsync(string tagOrDigest, ReadOnlyMemory<byte> bytes, string mediaType, CancellationToken cancellationToken)
    {
        var digest = Digest.Of(bytes.Span);
        if (Digest.TryParse(tagOrDigest, out var named) && named != digest)
        {
            throw new ArgumentException("The document has another digest.", nameof(tagOrDigest));
        }

        var call = Call(HttpMethod.Put, tagOrDigest, "the push of") with
        {
            Scope = push,
            Answers = [],
            Accept = [],
            Body = _ => new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } },
        };
        return host.Retry.RunAsync(
            async token =>
            {
                using var answer = await host.SendAsync(call, token);
                return Announced(answer) is { } other && other != digest
                    ? throw RegistryDiagnostics.DigestMismatch.With(host.Registry, call.Action, digest, other).ToException()
                    : digest;
            },
            cancellationToken);
    }

    /// <summary>The digest in the response's header; null if there is none that can be compared.</summary>
    internal static Digest? Announced(HttpAnswer answer) =>
        Digest.TryParse(RegistryHost.Headers(answer.Message, "Docker-Content-Digest").FirstOrDefault(), out var digest) ? digest : null;

    private RegistryCall Call(HttpMethod method, string tagOrDigest, string verb)
    {
        if (!ImageReference.IsTag(tagOrDigest) && !Digest.TryParse(tagOrDigest, out _))
        {
            throw new ArgumentException($"'{tagOrDigest}' is neither a tag nor a digest.", nameof(tagOrDigest));
        }

        return new RegistryCall(method, $"{repository}/manifests/{tagOrDigest}", $"{verb} {Name(tagOrDigest)}", scope)
        {
            Answers = [HttpStatusCode.NotFound],
            Accept = Understood,
        };
    }

    private string Name(string tagOrDigest) => $"{repository}{(Digest.TryParse(tagOrDigest, out _) ? '@' : ':')}{tagOrDigest}";

    // Its digest is not that of the bytes, so it has to be told apart before the digest is compared.
    private void RefuseSchema1(HttpAnswer answer, string tagOrDigest)
    {
        if (answer.Message.Content.Headers.ContentType?.MediaType?.StartsWith("application/vnd.docker.distribution.manifest.v1+", StringComparison.Ordinal) == true)
        {
            throw RegistryDiagnostics.NotAnImage.With($"{host.Registry}/{Name(tagOrDigest)}", "it is in Docker's schema 1").ToException();
        }
    }

    // A size below zero means: ask by GET.
    private ManifestHead Head(HttpAnswer answer, string tagOrDigest, string action)
    {
        var announced = Announced(answer);
        if (announced is { } digest && Digest.TryParse(tagOrDigest, out var expected) && digest != expected)
        {
            throw Mismatch(action, expected.ToString(), digest.ToString());
        }

        return announced is { } known && answer.Message.Content.Headers is { ContentLength: > 0 and var size, ContentType.MediaType: { } type } && Understood.Contains(type)
            ? new ManifestHead(known, type, size)
            : new ManifestHead(default, "", -1);
    }

    private RegistryDocument Verify(HttpAnswer answer, byte[] bytes, string tagOrDigest, string action)
    {
        var digest = Digest.Of(bytes);
        if (Digest.TryParse(tagOrDigest, out var expected) && digest != expected)
        {
            throw Mismatch(action, expected.ToString(), $"{digest} ({bytes.Length} bytes)");
        }

        if (Announced(answer) is { } announced && announced != digest)
        {
            throw Mismatch(action, $"{announced} as its header says", $"{digest} ({bytes.Length} bytes)");
        }

        var (mediaType, problem) = ManifestMediaType.Determine(bytes, answer.Message.Content.Headers.ContentType?.MediaType);
        return mediaType is not null
            ? new RegistryDocument(bytes, mediaType, digest)
            : throw new TransientRegistryException(RegistryDiagnostics.MalformedResponse.With(host.Registry, action, problem)) { Once = true };
    }

    private TransientRegistryException Mismatch(string action, string expected, string actual) =>
        new(RegistryDiagnostics.DigestMismatch.With(host.Registry, action, expected, actual)) { Once = true };
}
