using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB52xx: files to and from a BuildKit daemon. One static readonly field a code; codes are never reused.</summary>
public static class BuildKitTransferDiagnostics
{
    public static readonly DiagnosticDescriptor ProtocolBroken = new("OFB5201", Error,
        "The BuildKit daemon broke the rules of a file transfer: {0}.",
        "Daemon and SDK disagree about the protocol, or something between them damages the data. Nothing was written outside a temporary folder.",
        "Publish again; if it happens again, report it with the version of the daemon.");

    public static readonly DiagnosticDescriptor FilesRefused = new("OFB5202", Error,
        "The BuildKit daemon could not take the files of the build: {0}.",
        "The daemon ended the transfer with this message, mostly for want of disk space.",
        "Check the daemon's log and its free disk space, and publish again.");

    public static readonly DiagnosticDescriptor MalformedPattern = new("OFB5203", Error,
        "BuildKit asked for files by the pattern '{0}', which is malformed.",
        "The pattern comes from a COPY or ADD instruction, from the ignore file, or from a frontend that the Dockerfile's syntax line names.",
        "Correct the pattern in the Dockerfile or the ignore file.");

    public static readonly DiagnosticDescriptor OutputMissing = new("OFB5204", Error,
        "The BuildKit daemon did not send all of the output for '{0}'.",
        "The build ended without it, or the connection was cut. What was at that place before is untouched.",
        "Publish again; if it happens again, check the daemon's log.");

    public static readonly DiagnosticDescriptor UnusableName = new("OFB5205", Error,
        "'{0}' of the output cannot be written to '{1}': {2}.",
        "File systems differ in the names that they can hold: length, characters, and whether upper and lower case are the same.",
        "Choose a folder on another file system, or write the output as an archive.");

    public static readonly DiagnosticDescriptor SpecialFileLeftOut = new("OFB5206", Warning,
        "'{0}' of the output is a device, a FIFO or a socket and is left out of '{1}'.",
        "Only files, folders and links are written to a folder.",
        "Write the output as an archive if it is needed.");

    public static readonly DiagnosticDescriptor FolderTooWide = new("OFB5207", Error,
        "The folder '{0}' cannot take the output of a build.",
        "The output replaces the whole folder, and the root of the file system, a home folder or a Git repository hold far more than an output.",
        "Name a folder that holds nothing else.");

    public static readonly DiagnosticDescriptor OutputRefused = new("OFB5208", Error,
        "The BuildKit daemon could not send the output for '{0}': {1}.",
        "The daemon ended the transfer with this message. What was at that place before is untouched.",
        "Check the daemon's log, and publish again.");

    public static readonly DiagnosticDescriptor FolderNotOurs = new("OFB5209", Error,
        "The folder '{0}' is not replaced: it holds files that no earlier output has written.",
        "An output of type=local takes the place of its folder whole, and what was in it is deleted.",
        "Name an empty or new folder in dest=, or delete the folder yourself.");
}
