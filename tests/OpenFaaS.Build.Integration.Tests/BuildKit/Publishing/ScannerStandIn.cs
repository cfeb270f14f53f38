namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>
/// A stand-in for the image that makes SBOMs, in the local registry: it keeps BuildKit's protocol for scanners, and lists the files it was given
/// instead of the packages they belong to.
/// </summary>
internal static class ScannerStandIn
{
    // The source and the destination are named by the environment; each statement in the destination is attached.
    private const string Script = """
        set -e
        files=
        for file in $(cd "$BUILDKIT_SCAN_SOURCE" && find . -type f | sort); do
          files="$files${files:+,}{\"SPDXID\":\"SPDXRef-$(echo "$file" | sha256sum | cut -c 1-16)\",\"fileName\":\"$file\"}"
        done
        cat > "$BUILDKIT_SCAN_DESTINATION/$(basename "$BUILDKIT_SCAN_SOURCE").spdx.json" <<END
        {"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document",
         "predicate":{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","creationInfo":{"creators":["Tool: scanner-stand-in"]},"files":[$files]}}
        END
        """;

    /// <summary>Builds and pushes it.</summary>
    /// <returns>Its reference.</returns>
    public static async Task<string> PushAsync(TestContext context)
    {
        var scanner = new BuildKitFunction(
            context, TestServices.Endpoint("docker26"), BuildKitFunction.WithShell + "COPY scan /scan\nENTRYPOINT [\"/bin/busybox\", \"sh\", \"/scan\"]\n")
            .ToRegistry().Write("scan", Script.ReplaceLineEndings("\n") + "\n");
        await scanner.PublishAsync();
        return scanner.Reference;
    }
}
