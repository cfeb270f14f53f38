using System.Formats.Tar;
using System.Net;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Podman.Service;

/// <summary>What the service does with images that are in its store.</summary>
/// <param name="service">The service.</param>
/// <param name="temporaryFolder">The build's own folder.</param>
internal sealed class ServiceImages(PodmanService service, string temporaryFolder)
{
    private const int MostFiles = 1000;

    /// <summary>Gives an image a name.</summary>
    /// <exception cref="EngineFailedException">The service refuses.</exception>
    public Task TagAsync(string id, ImageReference name, CancellationToken cancellationToken) => service.Api.AskAsync(
        async client =>
        {
            var target = $"{PodmanService.Root}/images/{id}/tag?repo={Uri.EscapeDataString(name.Name)}&tag={Uri.EscapeDataString(name.Tag ?? "latest")}";
            using var response = await client.PostAsync(target, null, cancellationToken);
            return response.StatusCode == HttpStatusCode.Created
                ? true
                : throw new EngineFailedException(EngineReply.ErrorOf(response, await EngineReply.ReadAsync(response, cancellationToken)));
        },
        cancellationToken);

    /// <summary>Copies an image out of the store, layers compressed.</summary>
    /// <exception cref="EngineFailedException">The service refuses, or sends something else.</exception>
    /// <exception cref="DiagnosticException">A file cannot be written, or is not what it should be.</exception>
    public async Task<PlatformImage> ExportAsync(string id, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(temporaryFolder, "image-" + id);
        await service.Api.AskAsync(
            async client =>
            {
                using var response = await client.GetAsync($"{PodmanService.Root}/images/{id}/get?format=docker-dir&compress=true", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    throw new EngineFailedException(EngineReply.ErrorOf(response, await EngineReply.ReadAsync(response, cancellationToken)));
                }

                await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
                await UnpackAsync(body, folder, cancellationToken);
                return true;
            },
            cancellationToken);
        return await ExportedImage.ReadAsync(folder, cancellationToken);
    }

    private static async Task UnpackAsync(Stream body, string folder, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(folder);
            await using var tar = new TarReader(body, leaveOpen: true);
            for (var count = 0; await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry; count++)
            {
                // Digests and manifest.json, side by side.
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || count == MostFiles || !entry.Name.All(c => char.IsAsciiLetterOrDigit(c) || c == '.') || entry.Name.StartsWith('.'))
                {
                    throw new EngineFailedException($"the image that it sends holds what no image has");
                }

                await entry.ExtractToFileAsync(Path.Combine(folder, entry.Name), overwrite: false, cancellationToken);
            }
        }
        catch (InvalidDataException e)
        {
            throw new EngineFailedException("the image that it sends is malformed", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException { HResult: 28 })
        {
            throw DiskFailure.Of(folder, e);
        }
    }
}
