using System.Globalization;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Model;

/// <summary>Reads what the image is like.</summary>
internal static class ImageModelReader
{
    public static ImageModel Read(InputReader reader, FunctionShape shape)
    {
        var baseImage = shape == FunctionShape.DotNet ? BaseImageChoice.Read(reader) : ReadBase(reader);
        var labels = ReadPairs(reader, "ContainerLabel");
        var generated = baseImage is null ? null : GeneratedLabels.AddTo(labels, reader, baseImage.ToString());
        var format = reader.Word("ContainerImageFormat", "OCI", "OCI", "Docker") == "Docker" ? ImageFormat.Docker : ImageFormat.Oci;
        if (format == ImageFormat.Docker)
        {
            RefuseWhatDockerHasNot(reader);
        }

        return new ImageModel
        {
            BaseImage = baseImage,
            Format = format,
            Compression = ReadCompression(reader, format),
            Platforms = PlatformReader.Read(reader),
            Labels = labels,
            IsBaseNameGenerated = generated?.Contains(GeneratedLabels.BaseName) == true,
            Annotations = ReadPairs(reader, "ContainerAnnotation"),
            Environment = ReadEnvironment(reader),
            Ports = ReadPorts(reader),
            User = reader.Text("ContainerUser"),
            WorkingDirectory = reader.Text("ContainerWorkingDirectory"),
            Entrypoint = shape == FunctionShape.DotNet ? ReadEntrypoint(reader) : [],
            DefaultArguments = [.. reader.Request.ItemsOf("ContainerDefaultArgs").Select(item => item.Include)],
            Epoch = reader.Number("SOURCE_DATE_EPOCH", reader.Text("SOURCE_DATE_EPOCH") ?? reader.Environment("SOURCE_DATE_EPOCH"), 0, 253402300799) ?? 0,
            IsEpochGiven = (reader.Text("SOURCE_DATE_EPOCH") ?? reader.Environment("SOURCE_DATE_EPOCH")) is not null,
        };
    }

    private static ImageReference? ReadBase(InputReader reader)
    {
        if (reader.Text("ContainerBaseImage") is not null)
        {
            reader.Error(InputDiagnostics.UnsupportedInput.With("ContainerBaseImage without a .NET SDK (the Dockerfile names the base image)"));
        }

        return null;
    }

    private static void RefuseWhatDockerHasNot(InputReader reader)
    {
        const string format = "ContainerImageFormat=Docker";
        if (reader.Request.ItemsOf("ContainerAnnotation").Count > 0)
        {
            reader.Error(InputDiagnostics.ConflictingProperties.With("@(ContainerAnnotation)", format));
        }

        foreach (var attestation in new[] { "ContainerProvenance", "ContainerSbom" })
        {
            if (reader.Text(attestation) is { } text && !string.Equals(text, "false", StringComparison.OrdinalIgnoreCase))
            {
                reader.Error(InputDiagnostics.ConflictingProperties.With(attestation, format));
            }
        }
    }

    private static LayerCompression ReadCompression(InputReader reader, ImageFormat format)
    {
        var text = reader.Text("ContainerCompression") ?? "gzip";
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var algorithm = (colon < 0 ? text : text[..colon]).ToLowerInvariant();
        if (algorithm is not ("gzip" or "zstd" or "none") || (algorithm == "none" && colon >= 0))
        {
            reader.Invalid("ContainerCompression", text, "gzip, zstd or none, with an optional :level for the first two");
            return new LayerCompression("gzip", null);
        }

        if (algorithm == "zstd" && format == ImageFormat.Docker)
        {
            reader.Error(InputDiagnostics.ConflictingProperties.With("ContainerCompression=zstd", "ContainerImageFormat=Docker"));
        }

        var level = colon < 0 ? null : reader.Number("ContainerCompression", text[(colon + 1)..], 0, algorithm == "gzip" ? 9 : 22);
        return new LayerCompression(algorithm, (int?)level);
    }

    private static SortedDictionary<string, string> ReadPairs(InputReader reader, string type)
    {
        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in reader.Request.ItemsOf(type))
        {
            pairs[item.Include] = item.Get("Value") ?? "";
        }

        return pairs;
    }

    private static List<KeyValuePair<string, string>> ReadEnvironment(InputReader reader)
    {
        var variables = new List<KeyValuePair<string, string>>();
        foreach (var item in reader.Request.ItemsOf("ContainerEnvironmentVariable"))
        {
            if (item.Include.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-')))
            {
                reader.Invalid("@(ContainerEnvironmentVariable)", item.Include, "the name of an environment variable");
            }

            variables.RemoveAll(pair => pair.Key == item.Include);
            variables.Add(new(item.Include, item.Get("Value") ?? ""));
        }

        return variables;
    }

    private static List<string> ReadPorts(InputReader reader)
    {
        var ports = new List<string>();
        foreach (var item in reader.Request.ItemsOf("ContainerPort"))
        {
            var number = item.Include;
            var protocol = (item.Get("Type") ?? "tcp").ToLowerInvariant();
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535
                || protocol is not ("tcp" or "udp" or "sctp"))
            {
                reader.Invalid("@(ContainerPort)", number, "a port from 1 to 65535 with Type tcp, udp or sctp");
                continue;
            }

            ports.Add(port.ToString(CultureInfo.InvariantCulture) + "/" + protocol);
        }

        return ports;
    }

    private static List<string> ReadEntrypoint(InputReader reader)
    {
        var assembly = reader.Text("AssemblyName") ?? reader.Request.ProjectName;
        var folder = reader.Text("ContainerWorkingDirectory")?.TrimEnd('/') ?? DotNetLayout.AppFolder;
        return reader.Switch("SelfContained") == true || reader.Switch("PublishAot") == true
            ? [$"{folder}/{assembly}"]
            : ["dotnet", $"{folder}/{assembly}.dll"];
    }
}
