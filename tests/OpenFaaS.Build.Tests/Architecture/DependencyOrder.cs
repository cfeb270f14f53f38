using System.Reflection;

namespace OpenFaaS.Build.Tests.Architecture;

/// <summary>Which folder of the library may use which: the ones of lower rows, never a neighbour, and no builder another.</summary>
internal static class DependencyOrder
{
    private const string Builders = "Builders";

    /// <summary>Folders of Builders that all builders share.</summary>
    private static readonly string[] Shared = ["DockerfileEdits", "Images", "Tools"];

    private static readonly string[][] Rows =
    [
        ["Protocol", "Diagnostics", "Oci"],
        ["Files", "Yaml"],
        ["Processes"],
        ["VersionControl"],
        ["Model"],
        ["Context", "Stacks"],
        ["Layers"],
        ["Images"],
        ["Registry", "Archives", "Dockerfiles"],
        ["Templates"],
        ["Shrinkwrap"],
        ["Engines", "Kubernetes"],
        ["BuildKit"],
        [Builders],
        ["Publishing"],
    ];

    /// <summary>Every folder that has a place.</summary>
    public static IEnumerable<string> Folders => Rows.SelectMany(row => row);

    /// <summary>Whether <paramref name="user"/> may use <paramref name="used"/>.</summary>
    /// <param name="user">Namespace below the root, <c>Builders.Embedded.Stages</c>.</param>
    /// <param name="used">Likewise.</param>
    public static bool Allows(string user, string used)
    {
        var (userParts, usedParts) = (user.Split('.'), used.Split('.'));
        if (userParts[0] != usedParts[0])
        {
            return Row(usedParts[0]) < Row(userParts[0]) && Row(usedParts[0]) >= 0;
        }

        // What all builders share knows none of them.
        return userParts[0] != Builders || usedParts.Length == 1 || Shared.Contains(usedParts[1], StringComparer.Ordinal)
            || (userParts.Length > 1 && userParts[1] == usedParts[1]);
    }

    /// <summary>The violations in the types of an assembly below a namespace, one line each.</summary>
    public static IReadOnlyList<string> Violations(Assembly assembly, string root) =>
    [
        .. from type in assembly.GetTypes()
           let user = Below(root, type)
           where user is not null
           from found in TypeReferences.Of(type)
           let used = Below(root, found)
           where used is not null && !Allows(user, used)
           select $"{type.FullName} uses {found.FullName}",
    ];

    private static int Row(string folder) => Array.FindIndex(Rows, row => row.Contains(folder, StringComparer.Ordinal));

    private static string? Below(string root, Type type) =>
        type.Namespace?.StartsWith(root + ".", StringComparison.Ordinal) == true ? type.Namespace[(root.Length + 1)..] : null;
}
