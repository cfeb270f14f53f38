namespace OpenFaaS.Build.Templates.Sources;

/// <summary>A ZIP file is damaged or refused; never leaves the room.</summary>
/// <param name="why">A clause about the file.</param>
internal sealed class ZipFormatException(string why, Exception? inner = null) : Exception(why, inner)
{
    /// <summary>Whether the file is whole but dangerous.</summary>
    public bool IsUnsafe { get; init; }
}
