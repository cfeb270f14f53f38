using System.Reflection;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>Every diagnostic of the product, for documentation and for the tests of uniqueness.</summary>
public static class DiagnosticCatalog
{
    private static readonly Type[] Families =
    [
        typeof(InputDiagnostics), typeof(BuilderDiagnostics), typeof(RegistryDiagnostics),
        typeof(LayerDiagnostics), typeof(ArchiveDiagnostics), typeof(EmbeddedDiagnostics), typeof(DockerfileDiagnostics),
        typeof(EngineDiagnostics), typeof(TemplateDiagnostics), typeof(InternalDiagnostics),
        typeof(StackDiagnostics), typeof(TemplateSourceDiagnostics), typeof(VersionControlDiagnostics),
        typeof(BuildKitConnectionDiagnostics), typeof(BuildKitProcessDiagnostics), typeof(BuildKitSessionDiagnostics), typeof(BuildKitTransferDiagnostics),
        typeof(BuildKitCacheDiagnostics), typeof(BuildKitSolveDiagnostics), typeof(BuildKitBuildDiagnostics),
    ];

    /// <summary>All rows, ordered by code.</summary>
    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        .. Families
            .SelectMany(family => family.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Select(field => field.GetValue(null))
            .OfType<DiagnosticDescriptor>()
            .OrderBy(row => row.Code, StringComparer.Ordinal),
    ];
}
