using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Registry;

/// <summary>What a registry says about a manifest without sending it.</summary>
/// <param name="Digest">Digest of the document.</param>
/// <param name="MediaType">Media type of the document.</param>
/// <param name="Size">Bytes of the document.</param>
public sealed record ManifestHead(Digest Digest, string MediaType, long Size);

/// <summary>A manifest or an index as a registry serves it.</summary>
/// <param name="Bytes">The document, exactly as hashed.</param>
/// <param name="MediaType">Its media type, from the document itself if it has one.</param>
/// <param name="Digest">Digest of <paramref name="Bytes"/>, computed here.</param>
public sealed record RegistryDocument(byte[] Bytes, string MediaType, Digest Digest);
