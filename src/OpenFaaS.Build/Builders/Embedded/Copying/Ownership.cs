namespace OpenFaaS.Build.Builders.Embedded.Copying;

/// <summary>A numeric owner.</summary>
internal readonly record struct Ownership(int Uid, int Gid);
