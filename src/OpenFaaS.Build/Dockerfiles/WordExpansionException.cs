namespace OpenFaaS.Build.Dockerfiles;

/// <summary>A word of a Dockerfile cannot be expanded; the message says why, without a full stop. Callers add file and line.</summary>
internal sealed class WordExpansionException(string message) : FormatException(message);
