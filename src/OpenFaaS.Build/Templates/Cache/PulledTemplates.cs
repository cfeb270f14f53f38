namespace OpenFaaS.Build.Templates.Cache;

/// <summary>One version of a template source, whole and checked.</summary>
/// <param name="Folder">Folder with one subfolder a template; nobody writes there.</param>
/// <param name="Commit">The commit; for what is no repository the key that it was asked for by.</param>
/// <param name="Trees">Tree hash of each template, by its name.</param>
internal sealed record PulledTemplates(string Folder, string Commit, IReadOnlyDictionary<string, string> Trees);
