namespace OpenFaaS.Build.Registry;

/// <summary>What a repository is used for: decides on token scopes and on credentials.</summary>
public enum RegistryAccess
{
    /// <summary>Reading.</summary>
    Pull,

    /// <summary>Reading and writing.</summary>
    Push,
}
