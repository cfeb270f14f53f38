using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB40xx: files, layers and archives. One static readonly field a code; codes are never reused.</summary>
public static class LayerDiagnostics
{
    public static readonly DiagnosticDescriptor FileChanged = new("OFB4001", Error,
        "The file '{0}' changed while it was read: {1}.",
        "Another process wrote, replaced or removed the file during the build.",
        "Let the other process finish and publish again.");

    public static readonly DiagnosticDescriptor CannotRead = new("OFB4002", Error,
        "{0} of the build context cannot be read: {1}.",
        "The user who runs the build has no permission, or the disk reports an error.",
        "Change the permissions, or leave the files out with .dockerignore.");

    public static readonly DiagnosticDescriptor CannotWrite = new("OFB4003", Error,
        "'{0}' cannot be written: {1}.",
        "The disk is full or read-only, or permission is missing. What was there before is untouched.",
        "Free some space or change the permissions, and publish again.");

    public static readonly DiagnosticDescriptor WhiteoutName = new("OFB4004", Error,
        "The file name '{0}' cannot be in an image.",
        "Names that begin with '.wh.' mark deletions in image layers (OCI image specification, layer.md).",
        "Rename the file or leave it out with .dockerignore.");

    public static readonly DiagnosticDescriptor SpecialFileSkipped = new("OFB4005", Warning,
        "'{0}' is {1} and is left out of the build context.",
        "With FunctionFileMode=normalize a build context holds only files, folders and symbolic links.",
        "Remove it, leave it out with .dockerignore to silence this warning, or keep it with FunctionFileMode=preserve.");

    public static readonly DiagnosticDescriptor InvalidFileName = new("OFB4006", Error,
        "The name of '{0}' is not valid UTF-8.",
        "Image layers and the .NET file functions need names in UTF-8.",
        "Rename the file.");

    public static readonly DiagnosticDescriptor HandlerTooWide = new("OFB4007", Error,
        "The folder '{0}' cannot be a handler.",
        "The root of the file system and home folders hold far more than a function.",
        "Move the function into a folder of its own.");

    public static readonly DiagnosticDescriptor KindConflict = new("OFB4008", Error,
        "'{0}' is a folder in one place and a file in the other.",
        "Template, handler and extra files are laid over each other, and a file cannot replace a folder or the other way round.",
        "Rename one of the two.");

    public static readonly DiagnosticDescriptor MalformedIgnoreFile = new("OFB4009", Error,
        "The pattern '{0}' is malformed.",
        "The ignore file holds a pattern that the grammar of .dockerignore does not allow.",
        "Correct the pattern.");

    public static readonly DiagnosticDescriptor UntrustedFolder = new("OFB4010", Error,
        "'{0}' is not used: {1}.",
        "A link, or a folder of another user, in a place where the SDK writes could lead its output elsewhere.",
        "Remove it and publish again.");

    public static readonly DiagnosticDescriptor MalformedLayer = new("OFB4011", Error,
        "A layer of the base image cannot be read: {0}.",
        "The layer is not a valid tar archive, or exceeds the SDK's limits.",
        "Use another base image, or report the image if it is a well-known one.");

    public static readonly DiagnosticDescriptor SpecialFileNotWritten = new("OFB4012", Warning,
        "'{0}' is {1} and is not in the shrinkwrapped folder: {2}.",
        "FunctionFileMode=preserve keeps special files, but not every one can be made on a disk by whoever runs the build.",
        "Publish with a builder, which gets the file without a folder on disk, or leave the file out with .dockerignore.");

    public static readonly DiagnosticDescriptor XattrsNotWritten = new("OFB4013", Warning,
        "Extended attributes of {0} files are not in the shrinkwrapped folder: {1}.",
        "The file system has no extended attributes, or setting these takes a privilege.",
        "Publish with a builder, which gets them without a folder on disk, or run the build with the privilege.");
}
