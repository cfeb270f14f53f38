using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.Shrinkwrap;

/// <summary>A finished build context: what every builder gets and what the shrinkwrapped folder holds.</summary>
/// <param name="Files">The files that instructions may copy; <c>.dockerignore</c> applied.</param>
/// <param name="Dockerfile">Text of the Dockerfile.</param>
/// <param name="DockerfilePath">Path of the Dockerfile on disk, for messages.</param>
/// <param name="DockerfileName">Path of the Dockerfile in the context.</param>
public sealed record BuildContext(FileSet Files, string Dockerfile, string DockerfilePath, string DockerfileName);
