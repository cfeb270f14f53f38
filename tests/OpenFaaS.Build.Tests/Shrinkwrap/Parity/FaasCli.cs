using OpenFaaS.Build.Processes;

namespace OpenFaaS.Build.Tests.Shrinkwrap.Parity;

/// <summary>The contexts that faas-cli makes: by the program that <c>OPENFAAS_TEST_FAASCLI</c> names, else by its stand-in.</summary>
internal static class FaasCli
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Whether the program is there.</summary>
    public static bool IsReal => Program is not null;

    private static string? Program => Environment.GetEnvironmentVariable("OPENFAAS_TEST_FAASCLI") is { Length: > 0 } program ? program : null;

    /// <summary>Shrinkwraps all functions of a stack.</summary>
    /// <returns>The folder with one folder a function. It lies beside the stack's, so that the SDK does not read it.</returns>
    /// <exception cref="IOException">faas-cli ended with an error.</exception>
    public static async Task<string> ShrinkwrapAsync(ParityStack stack, CancellationToken cancellationToken)
    {
        stack.WriteStackFile();
        if (Program is { } program)
        {
            await RunAsync(program, stack, cancellationToken);
        }
        else
        {
            FaasCliShrinkwrapStandIn.Run(stack);
        }

        var contexts = stack.Root + ".faas-cli";
        Directory.Move(stack.Full("build"), contexts);
        return contexts;
    }

    private static async Task RunAsync(string program, ParityStack stack, CancellationToken cancellationToken)
    {
        var result = await ToolRunner.RunAsync(
            new ToolRun(program, ["build", "--shrinkwrap", "--disable-stack-pull", "-f", "stack.yaml"], Limit)
            {
                Folder = stack.Root,
                Environment = new Dictionary<string, string?>
                {
                    ["HOME"] = Directory.CreateDirectory(stack.Root + ".home").FullName,
                    ["CI"] = null,
                    ["OPENFAAS_REMOTE_BUILDER"] = null,

                    // A template that is missing is an error at once, not a download.
                    ["OPENFAAS_TEMPLATE_STORE_URL"] = "http://127.0.0.1:9/templates.json",
                },
            },
            cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new IOException(result.Output + result.Error);
        }
    }
}
