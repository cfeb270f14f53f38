namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>A container that the double's node starts.</summary>
/// <param name="Image">Its image.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Variables">Its environment, values of Secrets filled in.</param>
/// <param name="Files">Files of its volumes by their full paths.</param>
/// <param name="Input">Its standard input.</param>
/// <param name="Print">Takes a line that it prints.</param>
/// <param name="Leave">Takes its termination message.</param>
internal sealed record ContainerStart(
    string Image,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Variables,
    IReadOnlyDictionary<string, byte[]> Files,
    Stream Input,
    Action<string> Print,
    Action<string> Leave);

/// <summary>What a container runs: its exit code. Cancelled where the container is killed.</summary>
internal delegate Task<int> ContainerProgram(ContainerStart start, CancellationToken cancellationToken);

/// <summary>A command that is run in a pod: its exit code.</summary>
internal delegate Task<int> PodCommand(IReadOnlyList<string> command, Stream input, Stream output, Stream error, CancellationToken cancellationToken);
