using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB6xxx: templates. One static readonly field a code; codes are never reused.</summary>
public static class TemplateDiagnostics
{
    public static readonly DiagnosticDescriptor TemplateNotFound = new("OFB6001", Error,
        "There is no template '{0}' in {1}.{2}",
        "FunctionTemplate, or 'lang' of a stack file, names a template that is in none of the folders where templates are looked up.",
        "Correct FunctionTemplate (in a stack file 'lang'), put the template as a folder of that name into the folder 'template' beside the project, or set FunctionTemplatePath.");

    public static readonly DiagnosticDescriptor TemplatePathNotFound = new("OFB6002", Error,
        "The template folder '{0}' does not exist.",
        "FunctionTemplatePath names the folder that holds templates as subfolders.",
        "Correct FunctionTemplatePath.");

    public static readonly DiagnosticDescriptor MalformedTemplate = new("OFB6003", Error,
        "The template's '{0}' cannot be read: {1}.",
        "template.yml describes a template in YAML, as faas-cli reads it.",
        "Correct the file.");

    public static readonly DiagnosticDescriptor TemplateHasNoDockerfile = new("OFB6004", Error,
        "The template '{0}' holds no '{1}'.",
        "A template brings the Dockerfile that a function is built with.",
        "Add the file to the template, or set ContainerDockerfile.");

    public static readonly DiagnosticDescriptor UntrustedTemplateFolder = new("OFB6005", Error,
        "The template folder '{0}' is not used: it belongs to another user (uid {1}).",
        "Templates run code in the image; one that another user of this machine has laid into a parent folder is refused.",
        "Move the project, or set FunctionTemplatePath to a folder of your own.");

    public static readonly DiagnosticDescriptor TemplateIsLink = new("OFB6006", Error,
        "The template folder '{0}' is not used: it is a symbolic link.",
        "A link may lead anywhere on this machine, and what it leads to would be copied into the image; faas-cli refuses it as well.",
        "Copy the template into the folder, or set FunctionTemplatePath to the folder that holds it.");

    public static readonly DiagnosticDescriptor UnknownBuildOption = new("OFB6007", Error,
        "The template '{0}' has no build option '{1}'; it has: {2}{3}.",
        "Build options are sets of packages that a template's template.yml names.",
        "Correct 'build_options' of the stack file or @(FunctionBuildOption), or name the packages in the build argument ADDITIONAL_PACKAGE.");

    public static readonly DiagnosticDescriptor TemplateNotInSource = new("OFB6008", Error,
        "{0} holds no template '{1}'; it holds: {2}{3}.",
        "A source of templates is a folder, repository or package with a folder 'template' whose subfolders are the templates.",
        "Correct the template's name, or the source: faas-cli would write no template here and fail later.");

    public static readonly DiagnosticDescriptor ConflictingReferences = new("OFB6009", Error,
        "The template '{0}' is asked for at '{1}', but its source says '{2}'.",
        "Both the template's name (after '@') and its source (after '#') can say which branch, tag or commit is meant.",
        "Say it in one place, or the same in both.");

    public static readonly DiagnosticDescriptor PulledAtAnotherReference = new("OFB6010", Warning,
        "The template folder '{0}' was pulled at '{1}', but its source says '{2}'; the folder is used.",
        "Templates in the project's own folder come first, and an earlier pull has laid this one there.",
        "Run the target PullFunctionTemplates (FunctionPullTemplates=true) to fetch it anew, or remove the folder.");

    public static readonly DiagnosticDescriptor TemplateIsUsersOwn = new("OFB6011", Error,
        "The template folder '{0}' is not replaced: {1}.",
        "PullFunctionTemplates replaces only what an earlier pull has written and nobody has changed since.",
        "Move your changes into a folder named by @(FunctionTemplateOverride), or remove the folder, and pull again.");
}
