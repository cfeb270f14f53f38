using System.Text;

namespace OpenFaaS.Build.Files;

/// <summary>Reads small text files of others' making: bounded in size, and never waiting for a pipe's other end.</summary>
internal static class TextFile
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The whole text, without its byte order mark; UTF-8 unless that says otherwise.</summary>
    /// <param name="path">Full path; a link is followed.</param>
    /// <param name="maxSize">Most bytes.</param>
    /// <exception cref="FileNotFoundException">Nothing is there.</exception>
    /// <exception cref="InvalidDataException">It is no regular file, is too large, or is not text; the message says which, as the end of a sentence.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static string Read(string path, int maxSize)
    {
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        var status = FileStatus.Of(target) ?? throw new FileNotFoundException(null, path);
        if (status.Type != FileType.File)
        {
            throw new InvalidDataException(status.Type == FileType.Directory ? "it is a folder" : "it is not a regular file");
        }

        using var stream = File.OpenRead(target);
        var bytes = new byte[maxSize + 1];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length > maxSize)
        {
            throw new InvalidDataException($"it is larger than {maxSize >> 10} KiB");
        }

        try
        {
            using var reader = new StreamReader(new MemoryStream(bytes, 0, length), StrictUtf8, detectEncodingFromByteOrderMarks: true);
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("it is not UTF-8 text", e);
        }
    }
}
