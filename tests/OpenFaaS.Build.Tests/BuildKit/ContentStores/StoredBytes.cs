using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Tests.BuildKit.ContentStores;

/// <summary>Layouts for tests.</summary>
internal static class StoredBytes
{
    /// <summary>Puts a blob into a layout.</summary>
    public static Digest Put(string layout, byte[] bytes)
    {
        var digest = Digest.Of(bytes);
        var folder = Directory.CreateDirectory(Path.Combine(layout, "blobs", "sha256")).FullName;
        File.WriteAllBytes(Path.Combine(folder, digest.Hex), bytes);
        return digest;
    }

    /// <summary>Pseudo-random bytes.</summary>
    public static byte[] Noise(int size, int seed = 1)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
