using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB1xxx: properties, items and the function's model. One static readonly field a code; codes are never reused.</summary>
public static class InputDiagnostics
{
    public static readonly DiagnosticDescriptor InvalidFunctionName = new("OFB1001", Error,
        "The function name '{0}' is not a DNS label.",
        "OpenFaaS uses the name as a DNS label: lower-case letters, digits and '-', at most 63 characters, starting and ending with a letter or digit.",
        "Set FunctionName to such a name; in a stack file, give the function such a key.");

    public static readonly DiagnosticDescriptor InvalidProperty = new("OFB1002", Error,
        "{0} has the value '{1}', which is not {2}.",
        "A property or item does not have the form that the SDK understands.",
        "Correct the value; sdk/README.md lists what each property takes.");

    public static readonly DiagnosticDescriptor ConflictingProperties = new("OFB1003", Error,
        "{0} and {1} are both set, but only one of them can be honoured.",
        "Two inputs say different things about the same matter.",
        "Remove one of them.");

    public static readonly DiagnosticDescriptor UnsupportedInput = new("OFB1004", Error,
        "{0} is not supported by this version of the SDK.",
        "The input is part of the .NET SDK's or faas-cli's surface, but nothing honours it here; it is never ignored silently.",
        "Remove it, or see sdk/README.md for what takes its place.");

    public static readonly DiagnosticDescriptor TemplateRequired = new("OFB1005", Error,
        "FunctionTemplate is not set.",
        "A project that uses OpenFaaS.Build.Sdk alone builds a function in any language and needs a template.",
        "Set FunctionTemplate to a template's name, or to 'dockerfile' for a handler that brings its own Dockerfile; or put a stack.yaml beside the project, or set FunctionStackFile.");

    public static readonly DiagnosticDescriptor HandlerNotFound = new("OFB1006", Error,
        "The handler folder '{0}' does not exist, is a file, or holds nothing that goes into the image.",
        "FunctionHandler, or 'handler' of a stack file, names the folder that is laid over the template.",
        "Create the folder, or set FunctionHandler (in a stack file 'handler') to the right one.");

    public static readonly DiagnosticDescriptor MalformedRequest = new("OFB1007", Error,
        "The build request '{0}' cannot be read: {1}.",
        "The file was written by another version of the SDK, or was damaged.",
        "Run 'dotnet clean' and publish again.");

    public static readonly DiagnosticDescriptor DockerfileNotFound = new("OFB1008", Error,
        "There is no '{0}' in the build context of the function '{1}'.",
        "The template, or the handler where FunctionTemplate is 'dockerfile', brings the Dockerfile.",
        "Add the file, set ContainerDockerfile, or check .dockerignore and the default excludes.");

    public static readonly DiagnosticDescriptor SecretLookingArgument = new("OFB1009", Warning,
        "The build argument '{0}' looks like a secret and has a literal value.",
        "Build arguments end up in the image's history and in binary logs.",
        "Use ContainerBuildSecret, or give the value as env:NAME or file:PATH.");

    public static readonly DiagnosticDescriptor ReferenceNotResolved = new("OFB1010", Error,
        "The value of {0} refers to '{1}', which {2}.",
        "A value of the form env:NAME or file:PATH is read when the image is built.",
        "Set the environment variable or create the file.");

    public static readonly DiagnosticDescriptor CopyNotFound = new("OFB1012", Error,
        "There is no '{0}' in '{1}' to copy.",
        "'copy' of a stack file and @(FunctionCopyExtra) name files and folders that are copied into the function's handler folder.",
        "Create it, or correct the path, which starts from the folder of the stack file or project.");

    public static readonly DiagnosticDescriptor CopyThroughLink = new("OFB1013", Error,
        "'{0}' is not copied: '{1}' is a symbolic link.",
        "A link may lead out of the project, and what it leads to would be copied into the image.",
        "Name the file or folder that the link leads to.");

    public static readonly DiagnosticDescriptor FunctionsFailed = new("OFB1014", Error,
        "{0} of {1} functions failed: {2}. {3}",
        "Each function of a stack is built on its own: one that fails does not hold up the others, whose images are where their outputs say.",
        "Mend what the errors above name, and publish again: what is up to date is not built again.");

    public static readonly DiagnosticDescriptor SameReference = new("OFB1015", Error,
        "The functions '{0}' and '{1}' have the same image name {2}.",
        "The image that is finished last would take the place of the other.",
        "Give each function an 'image' of its own, and set ContainerRepository only where there is one function.");

    public static readonly DiagnosticDescriptor OneFileForSeveral = new("OFB1016", Error,
        "{0} names one file, '{1}', for {2} functions.",
        "Each function would overwrite the file of the one before.",
        "Name a folder (with '/' at the end), or put {function} into the path.");

    public static readonly DiagnosticDescriptor NothingToBuild = new("OFB1017", Warning,
        "Every selected function has skip_build: nothing is built.",
        "skip_build leaves a function of a stack file out of builds.",
        "Remove skip_build from a function, or select others with FunctionFilter or FunctionRegex.");

    public static readonly DiagnosticDescriptor InvalidStackValue = new("OFB1018", Error,
        "The function '{0}' has {1} '{2}', which is not {3}.",
        "A value of the stack file does not have the form that it must have.",
        "Correct it in the stack file.");

    public static readonly DiagnosticDescriptor MissingStackValue = new("OFB1019", Error,
        "The function '{0}' has no {1}.",
        "A function of a stack file needs 'lang', the name of its template, and 'handler', the folder of its code.",
        "Add it, or set skip_build for a function that is built elsewhere.");

    public static readonly DiagnosticDescriptor NoHandlerClass = new("OFB1020", Error,
        "The project compiles no class 'Handler', which the SDK's entry point calls, and no Program.* of its own.",
        "With FunctionHost=http, or auto in a project without a Program.*, the SDK supplies an entry point that calls the project's Handler. Reported by the task.",
        "Add 'public static class Handler' in namespace 'function', or set FunctionHost to none if the project has another entry point.");

    public static readonly DiagnosticDescriptor HostNeedsCSharp = new("OFB1021", Error,
        "The SDK's entry point is written in C#, but the project's language is {0}.",
        "FunctionHost=http, or auto in a project without a Program.*, adds C# sources to the project. Reported by the task.",
        "Add an entry point of your own and set FunctionHost to none.");

    public static readonly DiagnosticDescriptor SdkOrder = new("OFB1022", Error,
        "OpenFaaS.Build.Sdk stands before a .NET SDK in the project.",
        "SDKs are evaluated in the order listed; OpenFaaS.Build.Sdk has to see which .NET SDK the project uses. Reported by the targets.",
        "List the .NET SDK first, as in Sdk=\"Microsoft.NET.Sdk.Web;OpenFaaS.Build.Sdk/VERSION\".");

    public static readonly DiagnosticDescriptor SameOutput = new("OFB1023", Error,
        "Several outputs are written to '{0}': {1}.",
        "The output that is finished last would take the place of the others.",
        "Give each item of @(ContainerOutput) a 'dest' of its own, with {function} in it where there are several functions.");

    public static readonly DiagnosticDescriptor CiOutputNotWritten = new("OFB1011", Warning,
        "The outputs of the CI step cannot be written to '{0}': {1}.",
        "GITHUB_OUTPUT or CI_PROJECT_DIR names a file or folder that cannot be written.",
        "Correct the variable, or set ContainerCiOutputs=none.");
}
