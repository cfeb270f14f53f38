using System.Collections.Concurrent;
using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Publishing.Outputs;

namespace OpenFaaS.Build.Publishing;

/// <summary>From MSBuild's request to finished images where the request says: the product's one entry.</summary>
public static class FunctionPublisher
{
    /// <summary>Does what <paramref name="request"/> asks for; a function's outputs are complete when it returns, and untouched where the function failed.</summary>
    /// <exception cref="DiagnosticException">What the user has to know.</exception>
    public static async Task<BuildResponse> PublishAsync(BuildRequest request, IBuildLog log, CancellationToken cancellationToken)
    {
        if (request.Version != BuildRequest.CurrentVersion)
        {
            throw InputDiagnostics.MalformedRequest.With(request.Project, $"it has version {request.Version}, not {BuildRequest.CurrentVersion}").ToException();
        }

#pragma warning disable RS0030 // Where the environment enters; below here it is handed down.
        Func<string, string?> environment = Environment.GetEnvironmentVariable;
#pragma warning restore RS0030
        var settings = PublishSettings.Read(request, environment);
        var functions = FunctionSet.Read(request, settings, environment, log);
        await using var session = await PublishSession.OpenAsync(request, settings, functions, log, environment, cancellationToken);
        if (settings.Pull == TemplatePull.Only)
        {
            await PullAllAsync(session, functions, cancellationToken);
            return ContainerItem.ToResponse([]);
        }

        foreach (var name in functions.Select(function => function.Model.Builder.Name).Distinct(StringComparer.Ordinal))
        {
            BuilderSelection.EnsureKnown(session.Catalog, name, request.Project);
        }

        var images = functions.Count == 1
            ? [await new FunctionPublish(session, functions[0], log).RunAsync(cancellationToken)]
            : await PublishAllAsync(session, functions, cancellationToken);
        await session.LockFile.SaveAsync(cancellationToken);
        return ContainerItem.ToResponse(images);
    }

    private static async Task PullAllAsync(PublishSession session, IReadOnlyList<RequestedFunction> functions, CancellationToken cancellationToken)
    {
        var errors = new ConcurrentQueue<Diagnostic>();
        await Parallel.ForEachAsync(functions, cancellationToken, async (function, token) =>
        {
            try
            {
                await session.Templates.ResolveAsync(function.Model, token);
            }
            catch (DiagnosticException e)
            {
                e.Diagnostics.ToList().ForEach(errors.Enqueue);
            }
        });
        await session.LockFile.SaveAsync(cancellationToken);
        if (!errors.IsEmpty)
        {
            throw new DiagnosticException([.. errors.Distinct()]);
        }
    }

    // One that fails does not hold up the others.
    private static async Task<IReadOnlyList<ImageMetadata>> PublishAllAsync(
        PublishSession session, IReadOnlyList<RequestedFunction> functions, CancellationToken cancellationToken)
    {
        var images = new ImageMetadata?[functions.Count];
        var failures = new ConcurrentDictionary<int, DiagnosticException>();
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = session.Settings.Parallelism };
        await Parallel.ForAsync(0, functions.Count, options, async (index, token) =>
        {
            try
            {
                var log = new NamedLog(session.Log, functions[index].Model.Name.Value);
                images[index] = await new FunctionPublish(session, functions[index], log).RunAsync(token);
            }
            catch (DiagnosticException e)
            {
                failures[index] = e;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // A fault of one function is no reason to break off the others.
                failures[index] = InternalDiagnostics.Unexpected.With(e.GetType().Name, e.Message).At(functions[index].Model.Origin).ToException(e);
            }
        });
        if (failures.IsEmpty)
        {
            return [.. images.OfType<ImageMetadata>()];
        }

        await session.LockFile.SaveAsync(cancellationToken);

        // In the order of the file, whatever the order in which they ended.
        var failed = failures.OrderBy(failure => failure.Key).ToList();
        var published = images.OfType<ImageMetadata>().Select(image => image.FunctionName).ToList();
        var summary = InputDiagnostics.FunctionsFailed.With(
            failed.Count,
            functions.Count,
            string.Join(", ", failed.Select(failure => $"{functions[failure.Key].Model.Name} ({failure.Value.Diagnostics[0].Descriptor.Code})")),
            published.Count == 0 ? "None was published." : $"Published: {string.Join(", ", published)}.");
        throw new DiagnosticException([.. failed.SelectMany(failure => failure.Value.Diagnostics), summary.At(session.Request.Project)]);
    }
}
