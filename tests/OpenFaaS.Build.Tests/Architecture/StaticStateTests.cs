using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;

namespace OpenFaaS.Build.Tests.Architecture;

[TestClass]
public sealed class StaticStateTests
{
    private static readonly string[] MutableTypes =
    [
        "List`1", "Dictionary`2", "SortedDictionary`2", "HashSet`1", "SortedSet`1", "Queue`1", "Stack`1", "ConcurrentDictionary`2", "ConcurrentQueue`1",
        "ConcurrentBag`1", "ConditionalWeakTable`2", "ThreadLocal`1", "AsyncLocal`1", "StringBuilder",
    ];

    [TestMethod]
    [DataRow("OpenFaaS.Build.dll")]
    [DataRow("OpenFaaS.Build.Worker.dll")]
    [DataRow("OpenFaaS.Build.Tasks.dll")]
    public void Fields_Static_CannotChange(string assembly) =>
        Assert.AreEqual("", string.Join('\n', Mutable(Path.Combine(AppContext.BaseDirectory, assembly), "")));

    [TestMethod]
    public void Mutable_FabricatedFields_AreFound() =>
        CollectionAssert.AreEquivalent(
            new[] { "Fabricated.Counter", "Fabricated.Cache", "Fabricated.<Property>k__BackingField" },
            Mutable(typeof(StaticStateTests).Assembly.Location, nameof(StaticStateTests)).ToArray());

    /// <summary>Static fields that can be assigned, or that hold a collection that can be changed, as <c>Type.Field</c>.</summary>
    private static List<string> Mutable(string path, string within)
    {
        using var file = File.OpenRead(path);
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        var found = new List<string>();
        foreach (var field in metadata.FieldDefinitions.Select(metadata.GetFieldDefinition))
        {
            var type = metadata.GetTypeDefinition(field.GetDeclaringType());
            var outer = type.GetDeclaringType() is { IsNil: false } handle ? metadata.GetString(metadata.GetTypeDefinition(handle).Name) : "";
            var name = metadata.GetString(field.Name);
            if (!field.Attributes.HasFlag(FieldAttributes.Static)
                || field.Attributes.HasFlag(FieldAttributes.Literal)
                || (within.Length > 0 && outer != within)
                || IsMadeByTheCompiler(metadata, type, name))
            {
                continue;
            }

            var holds = field.DecodeSignature(new TypeNames(), null);
            if (!field.Attributes.HasFlag(FieldAttributes.InitOnly) || MutableTypes.Contains(holds, StringComparer.Ordinal))
            {
                found.Add($"{metadata.GetString(type.Name)}.{name}");
            }
        }

        return found;
    }

    /// <summary>Cached delegates and the code that source generators and protoc wrote; a property's field is the programmer's.</summary>
    private static bool IsMadeByTheCompiler(MetadataReader metadata, TypeDefinition type, string field) =>
        metadata.GetString(type.Name).StartsWith('<')
        || (field.StartsWith('<') && !field.EndsWith("k__BackingField", StringComparison.Ordinal))
        || metadata.GetString(type.Namespace).Contains(".Wire.", StringComparison.Ordinal)
        || type.GetCustomAttributes().Any(handle => Named(metadata, handle) is nameof(CompilerGeneratedAttribute) or "GeneratedCodeAttribute");

    private static string Named(MetadataReader metadata, CustomAttributeHandle handle)
    {
        var constructor = metadata.GetCustomAttribute(handle).Constructor;
        return constructor.Kind == HandleKind.MemberReference
            ? metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)metadata.GetMemberReference((MemberReferenceHandle)constructor).Parent).Name)
            : "";
    }

    private sealed class Fabricated
    {
        public static readonly IReadOnlyList<string> Fixed = ["a"];
        public static readonly Dictionary<string, int> Cache = [];
        public static int Counter = 1;

        public static string Property { get; set; } = "";
    }
}
