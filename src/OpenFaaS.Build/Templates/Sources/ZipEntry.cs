namespace OpenFaaS.Build.Templates.Sources;

/// <summary>A file or folder of a ZIP file whose place and sizes have been checked.</summary>
/// <param name="Name">Relative path with <c>/</c>, without a trailing one.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="IsExecutable">Whether its Unix mode, if it has one, lets somebody execute it.</param>
/// <param name="IsDeflated">Whether its bytes are compressed.</param>
/// <param name="Start">Where its header begins in the ZIP file.</param>
/// <param name="Offset">Where its bytes begin in the ZIP file.</param>
/// <param name="PackedSize">Bytes in the ZIP file.</param>
/// <param name="Size">Bytes unpacked, as declared.</param>
internal sealed record ZipEntry(string Name, bool IsFolder, bool IsExecutable, bool IsDeflated, long Start, long Offset, long PackedSize, long Size);
