using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Publishing.Outputs;

/// <summary>The files of a publish: <c>&lt;function&gt;.image.json</c>, <c>&lt;function&gt;.digest</c> and the copies that the user asks for. <c>&lt;function&gt;.request.json</c> is MSBuild's where the project is the function, and written here for functions of a stack.</summary>
internal sealed class OutputFiles(FunctionModel function, BuildRequest request, BuildRequest project)
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Full path of a file of this function in the output folder.</summary>
    public string PathOf(string kind) => Path.Combine(function.Project.OutputFolder, $"{function.Name.Value}.{kind}");

    /// <summary>Writes all; a file that is right already is not touched.</summary>
    public async Task WriteAsync(ImageMetadata image, CancellationToken cancellationToken)
    {
        var json = ToJson(image);
        var digest = Encoding.ASCII.GetBytes(image.Digest + "\n");
        if (request.Shape != project.Shape)
        {
            await WriteIfDifferentAsync(PathOf("request.json"), ProtocolJson.Write(WithoutSecrets(request)), cancellationToken);
        }

        await WriteIfDifferentAsync(PathOf("image.json"), json, cancellationToken);
        await WriteIfDifferentAsync(PathOf("digest"), digest, cancellationToken);
        if (OutputCopies.Metadata(request, function.Name) is { } metadataFile)
        {
            await WriteIfDifferentAsync(metadataFile, json, cancellationToken);
        }

        if (OutputCopies.Digest(request, function.Name) is { } digestFile)
        {
            await WriteIfDifferentAsync(digestFile, digest, cancellationToken);
        }
    }

    /// <summary>Removes what an earlier publish says of its image: this one makes none.</summary>
    public void RemoveImage()
    {
        foreach (var path in new[] { PathOf("image.json"), PathOf("digest") })
        {
            try
            {
                File.Delete(path);
            }
            catch (DirectoryNotFoundException)
            {
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw LayerDiagnostics.CannotWrite.With(path, e.Message).ToException(e);
            }
        }
    }

    // Variables of a stack file are its author's to choose; what looks like a secret is not written to disk.
    private static BuildRequest WithoutSecrets(BuildRequest request) => request with
    {
        Items = request.Items.ToDictionary(
            pair => pair.Key,
            IReadOnlyList<RequestItem> (pair) => pair.Key switch
            {
                "ContainerBuildArg" => [.. pair.Value.Select(item => BuilderModelReader.LooksSecret(item.Include) ? new RequestItem(item.Include) : item)],
                "ContainerCacheFrom" or "ContainerCacheTo" => [.. pair.Value.Select(item => BuilderModelReader.LooksSecret(item.Include) ? new RequestItem("(not kept)") : item)],
                _ => pair.Value,
            }),
    };

    /// <summary>Fails if a copy could not be written, so that this is known before the image goes anywhere.</summary>
    /// <exception cref="DiagnosticException">Folder or file cannot be written.</exception>
    public void EnsureWritable()
    {
        foreach (var path in new[] { OutputCopies.Metadata(request, function.Name), OutputCopies.Digest(request, function.Name) }.OfType<string>())
        {
            AtomicFile.EnsureWritable(path);
        }
    }

    private static async Task WriteIfDifferentAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true } file && file.Length == content.Length
                && (await File.ReadAllBytesAsync(path, cancellationToken)).AsSpan().SequenceEqual(content))
            {
                return;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LayerDiagnostics.CannotWrite.With(path, e.Message).ToException(e);
        }

        await AtomicFile.WriteAsync(path, content, cancellationToken);
    }

    private static byte[] ToJson(ImageMetadata image)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("containerimage.digest", image.Digest);
            json.WriteString("containerimage.config.digest", image.ConfigDigest);
            json.WriteString("image.name", string.Join(',', image.Names));
            foreach (var (name, value) in ContainerItem.Metadata(image))
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }
}
