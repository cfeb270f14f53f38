using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB21xx: the embedded builder. One static readonly field a code; codes are never reused.</summary>
public static class EmbeddedDiagnostics
{
    public static readonly DiagnosticDescriptor RunNotSupported = new("OFB2101", Error,
        "RUN cannot be executed by the builder 'embedded'.",
        "The embedded builder makes images in process and starts no containers, so a stage that the target reaches may not hold a RUN.",
        "Set ContainerBuilder to one that executes commands, such as buildkit, docker, podman or buildah, or move the step out of the Dockerfile.");

    public static readonly DiagnosticDescriptor InstructionNotSupported = new("OFB2102", Error,
        "{0} is not supported by the builder 'embedded' yet.",
        "The instruction or flag is valid, but the embedded builder does not implement it.",
        "Set ContainerBuilder to buildkit or docker, or write the step without it.");

    public static readonly DiagnosticDescriptor LinkLoop = new("OFB2103", Error,
        "Too many symbolic links while '{0}' was resolved in the image.",
        "Links in the image lead to each other, or more than 255 follow one another.",
        "Remove the loop from the base image or the handler.");

    public static readonly DiagnosticDescriptor SourceNotFound = new("OFB2104", Error,
        "'{0}' was not found in {1}.",
        "The source of a COPY or ADD is not in the build context (or is left out by .dockerignore), or not in the stage that --from names.",
        "Correct the path, or check .dockerignore and the default excludes of the handler.");

    public static readonly DiagnosticDescriptor CannotCopyOver = new("OFB2105", Error,
        "'{0}' cannot be copied to '/{1}': {2}.",
        "A file and a folder meet at one path, which neither replaces the other.",
        "Copy to another path, or write the destination of several sources as a folder that ends with '/'.");

    public static readonly DiagnosticDescriptor UnknownUser = new("OFB2106", Error,
        "The {0} '{1}' is not in {2} of the image.",
        "--chown names a user or group that the image's /etc/passwd or /etc/group does not hold.",
        "Use the number, or a name that the base image knows.");

    public static readonly DiagnosticDescriptor InvalidValue = new("OFB2107", Error,
        "{0} has the value '{1}', which is not {2}.",
        "After expansion of variables the value does not have the form that the instruction needs.",
        "Correct the value or the build argument that it comes from.");

    public static readonly DiagnosticDescriptor UnknownTarget = new("OFB2108", Error,
        "The target stage '{0}' is not in the Dockerfile.",
        "ContainerTarget names a stage that no FROM declares.",
        "Set ContainerTarget to the name or number of a stage, or leave it empty for the last one.");

    public static readonly DiagnosticDescriptor BaseHasOnBuild = new("OFB2109", Error,
        "The base image '{0}' holds ONBUILD triggers, which the builder 'embedded' does not execute yet.",
        "ONBUILD instructions of a base image run in the image that is built from it.",
        "Use another base image, or set ContainerBuilder to buildkit or docker.");

    public static readonly DiagnosticDescriptor ReservedStageName = new("OFB2110", Error,
        "The image '{0}' cannot be used: {1}.",
        "A FROM or --from does not name a stage, scratch or a valid image reference.",
        "Correct the reference or the build argument that it comes from.");

    public static readonly DiagnosticDescriptor UnusedBuildArgument = new("OFB2111", Warning,
        "The build argument '{0}' is used by no ARG instruction.",
        "A ContainerBuildArg was given that the Dockerfile does not declare.",
        "Remove it, or declare it with ARG in the stage that uses it.");
}
