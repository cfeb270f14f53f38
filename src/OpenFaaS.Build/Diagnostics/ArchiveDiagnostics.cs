using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB41xx: image archives and archives in a build context. One static readonly field a code; codes are never reused.</summary>
public static class ArchiveDiagnostics
{
    public static readonly DiagnosticDescriptor MalformedArchive = new("OFB4101", Error,
        "The archive '{0}' cannot be unpacked: {1}.",
        "ADD unpacks local archives; this one is damaged, or exceeds the SDK's limits.",
        "Make the archive anew, or use COPY to copy it as a file.");
}
