using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB1101 to OFB1149: stack files and variable substitution. One static readonly field a code; codes are never reused.</summary>
public static class StackDiagnostics
{
    public static readonly DiagnosticDescriptor MalformedStack = new("OFB1101", Error,
        "The stack file '{0}' cannot be read: {1}.",
        "A stack file is YAML of at most 1 MiB, 64 levels and 100,000 nodes, in the form that faas-cli reads.",
        "Correct the file.");

    public static readonly DiagnosticDescriptor StackFileNotFound = new("OFB1102", Error,
        "The stack file '{0}' does not exist.",
        "FunctionStackFile names a file that is not there.",
        "Correct FunctionStackFile, or put a stack.yaml beside the project.");

    public static readonly DiagnosticDescriptor StackFileIsAddress = new("OFB1103", Error,
        "The stack file is an address ({0}), not a file.",
        "faas-cli downloads stack files, and pastes this machine's variables into whatever the server sends; this is not done here.",
        "Download the file, read it, and name the copy.");

    public static readonly DiagnosticDescriptor WrongStackValue = new("OFB1104", Error,
        "The stack file '{0}' is not used: {1}.",
        "A key of the stack file has a value of another kind than faas-cli reads there.",
        "Correct the value.");

    public static readonly DiagnosticDescriptor UnknownStackKey = new("OFB1105", Warning,
        "The key '{0}' of the stack file is not known and has no effect{1}.",
        "faas-cli ignores keys that it does not know without a word, so that a misspelled one is lost. Top-level keys that begin with 'x-' are left alone.",
        "Correct or remove the key.");

    public static readonly DiagnosticDescriptor UnknownProvider = new("OFB1106", Error,
        "The stack file '{0}' does not say that its provider is openfaas.",
        "A stack file has a mapping 'provider' whose 'name' is 'openfaas'; an empty file has none.",
        "Give the file a provider whose name is openfaas.");

    public static readonly DiagnosticDescriptor UnknownStackVersion = new("OFB1107", Error,
        "The stack file '{0}' has a version other than 1.0.",
        "faas-cli knows version 1.0 of stack files only; the key may be left out.",
        "Write version: 1.0, or remove the key.");

    public static readonly DiagnosticDescriptor EnvironmentFileUnreadable = new("OFB1108", Error,
        "The environment file '{0}' of function '{1}' cannot be read: {2}.",
        "environment_file lists YAML files with a mapping 'environment'; their paths start from the folder of the stack file.",
        "Correct the path or the file.");

    public static readonly DiagnosticDescriptor MalformedEnvironmentFile = new("OFB1109", Error,
        "The environment file '{0}' cannot be used: {1}.",
        "environment_file lists YAML files with a mapping 'environment' of texts.",
        "Correct the file.");

    public static readonly DiagnosticDescriptor InvalidSubstitution = new("OFB1110", Error,
        "'{0}' cannot be substituted: {1}.",
        "Variables are substituted in stack files as faas-cli does it. Forms that faas-cli rejects, crashes on or takes otherwise than they are meant are errors, and so is what costs too much.",
        "Correct the reference, or write $$ for a dollar sign.");

    public static readonly DiagnosticDescriptor RequiredVariableMissing = new("OFB1111", Error,
        "The variable '{0}' has no value: {1}.",
        "The stack file requires the variable with a reference of the form NAME:?message in braces.",
        "Set the variable in the environment of the build.");

    public static readonly DiagnosticDescriptor SubstitutionDiffers = new("OFB1112", Warning,
        "'{0}' means what it means in a shell; faas-cli takes the word after '{1}' as a default.",
        "The forms NAME:+word and NAME:?word are substituted as shells do; faas-cli does not distinguish them from NAME:-word.",
        "Use a form that both understand, if faas-cli reads the file as well.");

    public static readonly DiagnosticDescriptor SubstitutionChangesStructure = new("OFB1113", Warning,
        "The value of '{0}' {1}: it is pasted into the stack file as it is and may change what the file means.",
        "Values of variables are pasted into the YAML text, as faas-cli does, so that one with a line break or with YAML's own characters may end a text or add keys.",
        "Put the reference into quotes that the value does not contain, or correct the value.");

    public static readonly DiagnosticDescriptor FilterAndRegex = new("OFB1120", Error,
        "Both a filter and a regular expression select functions.",
        "FunctionFilter and FunctionRegex exclude each other, as in faas-cli.",
        "Set only one of them.");

    public static readonly DiagnosticDescriptor InvalidFunctionRegex = new("OFB1121", Error,
        "FunctionRegex '{0}' is no regular expression that is understood here.",
        "The expression is malformed, or uses look-around, back-references or classes such as [[:alpha:]].",
        "Correct FunctionRegex.");

    public static readonly DiagnosticDescriptor NoFunctionSelected = new("OFB1122", Error,
        "No function of the stack file '{0}' is selected by {1}. It has: {2}.",
        "FunctionFilter or FunctionRegex matches the name of no function. In a filter only * is special.",
        "Correct FunctionFilter or FunctionRegex.");

    public static readonly DiagnosticDescriptor NoFunctions = new("OFB1123", Error,
        "The stack file '{0}' has no functions.",
        "The mapping 'functions' is missing or empty, so there is nothing to build.",
        "Add a function to the file.");
}
