namespace OpenFaaS.Build.Host.Tests;

/// <summary>Secrets as a function reads them.</summary>
[TestClass]
public sealed class SecretFilesTests(TestContext context)
{
    [TestMethod]
    [DataRow("token", "s3cret", "token", "s3cret")]
    [DataRow("token", "s3cret\n", "Token", "s3cret")]
    [DataRow("token", "s3cret\r\n", "token", "s3cret")]
    [DataRow("token", " two\nlines\n\n", "token", " two\nlines\n")]
    [DataRow("ConnectionStrings__Default", "Host=db", "ConnectionStrings:Default", "Host=db")]
    [DataRow("FROM_ENVIRONMENT", "secret wins", "FROM_ENVIRONMENT", "secret wins")]
    [DataRow(".hidden", "x", ".hidden", "(none)")]
    public async Task File_OfFolder_IsConfigurationKey(string file, string content, string key, string expected)
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "secrets")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, file), content, context.CancellationToken);

        await using var function = await FunctionProcess.StartAsync(context, ("secret_mount_path", folder), ("FROM_ENVIRONMENT", "variable"));

        Assert.AreEqual(expected, await function.Client.GetStringAsync("/config/" + key, context.CancellationToken));
        Assert.DoesNotContain("s3cret", function.Output);
    }

    [TestMethod]
    public async Task Mount_OfKubernetes_IsFollowed()
    {
        // Kubernetes: token -> ..data/token, ..data -> ..2026_01_01.
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "secrets")).FullName;
        Directory.CreateDirectory(Path.Combine(folder, "..2026_01_01"));
        await File.WriteAllTextAsync(Path.Combine(folder, "..2026_01_01", "token"), "linked", context.CancellationToken);
        Directory.CreateSymbolicLink(Path.Combine(folder, "..data"), "..2026_01_01");
        File.CreateSymbolicLink(Path.Combine(folder, "token"), "..data/token");

        await using var function = await FunctionProcess.StartAsync(context, ("secret_mount_path", folder));

        Assert.AreEqual("linked", await function.Client.GetStringAsync("/config/token", context.CancellationToken));
    }
}
