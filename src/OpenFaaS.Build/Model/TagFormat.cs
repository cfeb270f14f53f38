namespace OpenFaaS.Build.Model;

/// <summary>What the first tag of an image becomes; the forms of faas-cli's <c>--tag</c>.</summary>
public enum TagFormat
{
    /// <summary><c>1</c>: as it is.</summary>
    Latest,

    /// <summary><c>1-&lt;short commit&gt;</c></summary>
    Sha,

    /// <summary><c>1-&lt;branch&gt;-&lt;short commit&gt;</c></summary>
    Branch,

    /// <summary><c>1-&lt;git describe&gt;</c></summary>
    Describe,

    /// <summary>The digest of everything that makes the image, in place of the tag.</summary>
    Digest,
}
