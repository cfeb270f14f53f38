using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>Every diagnostic of the product, for documentation and for the tests of uniqueness.</summary>
public static class DiagnosticCatalog
{
    /// <summary>All rows, ordered by code.</summary>
    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        .. ((IEnumerable<DiagnosticDescriptor>)
        [
            .. Rows(typeof(InputDiagnostics)),
            .. Rows(typeof(BuilderDiagnostics)),
            .. Rows(typeof(DockerBuildDiagnostics)),
            .. Rows(typeof(RegistryDiagnostics)),
            .. Rows(typeof(LayerDiagnostics)),
            .. Rows(typeof(ArchiveDiagnostics)),
            .. Rows(typeof(EmbeddedDiagnostics)),
            .. Rows(typeof(DockerfileDiagnostics)),
            .. Rows(typeof(EngineDiagnostics)),
            .. Rows(typeof(TemplateDiagnostics)),
            .. Rows(typeof(InternalDiagnostics)),
            .. Rows(typeof(StackDiagnostics)),
            .. Rows(typeof(TemplateSourceDiagnostics)),
            .. Rows(typeof(VersionControlDiagnostics)),
            .. Rows(typeof(BuildKitConnectionDiagnostics)),
            .. Rows(typeof(BuildKitProcessDiagnostics)),
            .. Rows(typeof(BuildKitSessionDiagnostics)),
            .. Rows(typeof(BuildKitTransferDiagnostics)),
            .. Rows(typeof(BuildKitCacheDiagnostics)),
            .. Rows(typeof(BuildKitSolveDiagnostics)),
            .. Rows(typeof(BuildKitBuildDiagnostics)),
            .. Rows(typeof(ToolBuildDiagnostics)),
            .. Rows(typeof(PodmanDiagnostics)),
            .. Rows(typeof(LegacyToolDiagnostics)),
            .. Rows(typeof(KanikoDiagnostics)),
            .. Rows(typeof(RemoteBuilderDiagnostics)),
            .. Rows(typeof(KubernetesDiagnostics)),
            .. Rows(typeof(KubernetesJobDiagnostics)),
        ]).OrderBy(row => row.Code, StringComparer.Ordinal),
    ];

    private static IEnumerable<DiagnosticDescriptor> Rows([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields)] Type family) =>
        family.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<DiagnosticDescriptor>();
}
