namespace OpenFaaS.Build.Layers;

/// <summary>An archive is malformed or exceeds the limits; the message is a phrase for a diagnostic.</summary>
internal sealed class TarFormatException(string message) : Exception(message);
