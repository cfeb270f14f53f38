using System.Text;
using System.Text.Json;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>The registry that asks for a password, and images in it.</summary>
internal static class PrivateRegistry
{
    /// <summary>Its address.</summary>
    public static string Address => TestServices.Endpoint("registry-auth");

    /// <summary>Pushes an image with a shell and returns its reference, which no daemon has seen.</summary>
    public static async Task<string> PushImageAsync(TestContext context)
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), BuildKitFunction.WithShell).ToRegistry("registry-auth");
        function.Environment["DOCKER_CONFIG"] = ConfigFolder(context);
        await function.PublishAsync();
        return function.Reference;
    }

    /// <summary>The text of a <c>config.json</c> with the account.</summary>
    public static string Config() => Config(Address, $"{TestServices.Fact("registry-auth", "USER")}:{TestServices.Fact("registry-auth", "PASSWORD")}");

    /// <summary>The same for another registry, whose account is <c>user:password</c>.</summary>
    public static string Config(string registry, string account)
    {
        var auths = new Dictionary<string, object> { [registry] = new { auth = Convert.ToBase64String(Encoding.UTF8.GetBytes(account)) } };
        return JsonSerializer.Serialize(new { auths });
    }

    /// <summary>A folder for <c>DOCKER_CONFIG</c> with the account.</summary>
    public static string ConfigFolder(TestContext context)
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "config-" + Guid.NewGuid().ToString("n"))).FullName;
        File.WriteAllText(Path.Combine(folder, "config.json"), Config());
        return folder;
    }
}
