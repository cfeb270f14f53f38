using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Builders;

/// <summary>What the builds of a publish share.</summary>
/// <param name="Registries">How registries are reached from here.</param>
/// <param name="Pin">The digest that a base image is pinned to; null for one that is not.</param>
/// <param name="Environment">Environment variables by name.</param>
internal sealed record BuilderSurroundings(RegistryConnections Registries, Func<ImageReference, Digest?> Pin, Func<string, string?> Environment);
