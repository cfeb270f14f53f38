using System.Security.Cryptography;
using OpenFaaS.Build.Templates.Sources;

namespace OpenFaaS.Build.Tests.Templates.Sources;

/// <summary>A packages folder with the package <c>Acme.Templates/1.0</c> as restore leaves it.</summary>
internal sealed class PackagesFolder
{
    public static readonly PackageName Name = PackageName.Parse("Acme.Templates", "1.0");

    private readonly string root;

    public PackagesFolder(string root, byte[] package)
    {
        this.root = root;
        Directory.CreateDirectory(Path.GetDirectoryName(Package)!);
        File.WriteAllBytes(Package, package);
        Seal();
    }

    public string Package => Path.Combine(root, Name.RelativePath);

    public string Metadata => Path.Combine(Path.GetDirectoryName(Package)!, ".nupkg.metadata");

    public string Hash => Package + ".sha512";

    /// <summary>Writes what restore says about the package as it is now.</summary>
    public void Seal()
    {
        var hash = Convert.ToBase64String(SHA512.HashData(File.ReadAllBytes(Package)));
        File.WriteAllText(Hash, hash);
        File.WriteAllText(Metadata, $$"""{ "version": 2, "contentHash": "{{hash}}", "source": null }""");
    }

    public async Task<StandInTemplateTree> ReadAsync(CancellationToken cancellationToken, PackageLimits? limits = null, StandInTemplateTree? tree = null)
    {
        tree ??= new StandInTemplateTree();
        await new PackageTemplates([root], limits).ReadAsync(Name, tree, cancellationToken);
        return tree;
    }
}
