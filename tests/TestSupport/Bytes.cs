using System.Text;
using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.TestSupport;

/// <summary>File content in memory.</summary>
public sealed class Bytes(byte[] content) : IContentSource
{
    public Stream Open() => new MemoryStream(content, writable: false);

    /// <summary>A file entry with text.</summary>
    public static ContextEntry File(string path, string text, int mode = 0x1A4)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new ContextEntry(path, EntryKind.File, mode) { Size = bytes.Length, Content = new Bytes(bytes) };
    }
}
