using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Publishing;
using OpenFaaS.Build.Shrinkwrap;
using OpenFaaS.Build.Templates;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Shrinkwrap.Parity;

/// <summary>The contexts that the SDK makes of a stack. The one place where these tests meet the product.</summary>
internal static class ProductShrinkwrap
{
    /// <summary>Shrinkwraps all functions of a stack.</summary>
    /// <param name="stack">The stack; its file is written.</param>
    /// <param name="log">Takes warnings.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="properties">Properties of the project; without any, what faas-cli has no counterpart for is off.</param>
    /// <returns>The folder with one folder a function.</returns>
    public static async Task<string> ShrinkwrapAsync(
        ParityStack stack, RecordingLog log, CancellationToken cancellationToken, params (string Name, string Value)[] properties)
    {
        stack.WriteStackFile();
        var contexts = ContextsOf(stack);
        var request = Request(stack, contexts, properties.Length > 0 ? properties : [("FunctionIgnoreFile", "false")]);
        foreach (var function in FunctionSet.Read(request, PublishSettings.Read(request, static _ => null), static _ => null, log))
        {
            var context = ContextAssembler.Assemble(function.Model, TemplateLocator.Find(function.Model, null), function.Request, log);
            await ContextWriter.WriteAsync(context.Files, context.Dockerfile, context.DockerfileName, function.Model.ShrinkwrapFolder, log, cancellationToken);
        }

        return contexts;
    }

    /// <summary>The folder of the contexts. It lies beside the stack's, so that faas-cli does not read it.</summary>
    public static string ContextsOf(ParityStack stack) => stack.Root + ".openfaas";

    private static BuildRequest Request(ParityStack stack, string contexts, (string Name, string Value)[] properties) => new()
    {
        Version = BuildRequest.CurrentVersion,
        Project = stack.Full("parity.csproj"),
        ProjectName = "parity",
        ProjectDirectory = stack.Root + "/",
        Shape = "stack",
        OutputDirectory = stack.Root + ".obj/",
        Properties = new Dictionary<string, string>(properties.Select(p => KeyValuePair.Create(p.Name, p.Value)))
        {
            ["FunctionStackFile"] = "stack.yaml",
            ["ShrinkwrapDir"] = contexts,
        },
    };
}
