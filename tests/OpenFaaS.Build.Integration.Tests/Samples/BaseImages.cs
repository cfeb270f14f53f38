using OpenFaaS.Build.Sdk.Tests;

namespace OpenFaaS.Build.Integration.Tests.Samples;

/// <summary>The samples' base images, made of Debian packages once a run and pushed to the real registry.</summary>
internal static class BaseImages
{
    private static readonly Lazy<Task<string>> AspNetImage = new(() => MakeAsync("dotnet", "dotnet/aspnet:10.0"));
    private static readonly Lazy<Task<string>> BusyboxImage = new(() => MakeAsync("busybox", "library/busybox:1.36"));
    private static readonly Lazy<Task<string>> PythonImage = new(() => MakeAsync("python", "library/python:3-alpine"));
    private static readonly Lazy<Task<string>> PerlImage = new(() => MakeAsync("perl", "library/perl:5-slim"));

    /// <summary>Reference of the image with ASP.NET Core.</summary>
    public static Task<string> AspNet => AspNetImage.Value;

    /// <summary>Reference of the busybox image.</summary>
    public static Task<string> Busybox => BusyboxImage.Value;

    /// <summary>Reference of the image with Python.</summary>
    public static Task<string> Python => PythonImage.Value;

    /// <summary>Reference of the image with Perl.</summary>
    public static Task<string> Perl => PerlImage.Value;

    // No test's token: an image serves all of them.
    private static async Task<string> MakeAsync(string kind, string name)
    {
        var reference = $"{TestServices.Endpoint("registry")}/{name}";
        await Tool.RunAsync(Path.Combine(Repository.Root, "tests", "base-image.sh"), [kind, reference, "--folder", PackedSdk.Folder + "/base-images"], CancellationToken.None);
        return reference;
    }
}
