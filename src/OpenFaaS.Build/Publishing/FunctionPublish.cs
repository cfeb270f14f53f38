using System.Diagnostics;
using System.Globalization;
using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Builders.DockerfileEdits;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Publishing.Delivery;
using OpenFaaS.Build.Publishing.Outputs;
using OpenFaaS.Build.Publishing.UpToDate;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.Shrinkwrap;
using OpenFaaS.Build.Templates;

namespace OpenFaaS.Build.Publishing;

/// <summary>Publishes one function: context, builder, destination, outputs.</summary>
internal sealed class FunctionPublish(PublishSession session, RequestedFunction requested, IBuildLog plainLog)
{
    private readonly MaskedLog log = new(plainLog, requested.Model.Builder.Hidden);
    private FunctionModel function = requested.Model;
    private readonly OutputFiles outputs = new(requested.Model, requested.Request, session.Request);
    private readonly long started = Stopwatch.GetTimestamp();
    private EditedDockerfile? dockerfile;

    public async Task<ImageMetadata> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await PublishAsync(cancellationToken);
        }
        catch (DiagnosticException e)
        {
            // Nothing nearer is to blame than the function.
            throw log.Hide(dockerfile?.Place(e, function.Origin) ?? e).At(function.Origin);
        }
        finally
        {
            session.RemoveTemporaryFolderOf(function.Name);
        }
    }

    private async Task<ImageMetadata> PublishAsync(CancellationToken cancellationToken)
    {
        WarnOfSecrets();
        if (PlatformReader.NoteOn(requested.Request) is { } note)
        {
            log.Message(MessageImportance.High, note);
        }

        outputs.EnsureWritable();
        var isSurelyBuilt = function.Force || !CanBeCurrent || !File.Exists(outputs.PathOf("state.json"));
        var named = session.Catalog.Find(function.Builder.Name);
        if (isSurelyBuilt)
        {
            named?.Prepare(function);
        }

        var template = await session.Templates.ResolveAsync(function, cancellationToken);
        function = DotNetLayout.Fit(function, template is { IsBundled: true });
        var context = ContextAssembler.Assemble(function, template, requested.Request, session.TemplateFiles, session.OwnOutputs, log);
        if (template is { IsBundled: true })
        {
            context = context with { Dockerfile = BundledDockerfile.InFolder(context.Dockerfile, function) };
        }

        if (function.Builder.Name == "none")
        {
            return await ShrinkwrapAsync(context, cancellationToken);
        }

        dockerfile = DockerfileCompletion.Complete(context.Dockerfile, context.DockerfilePath, function);
        var build = new ImageBuild(
            function,
            context.Files,
            dockerfile.Text,
            context.DockerfilePath,
            Arguments(template),
            session.TemporaryFolderFor(function.Name),
            new PlacedLog(log, dockerfile, function.Origin));
        function = function with { Destination = await session.Tags.ResolveAsync(function, token => ContentTagAsync(build, token), cancellationToken) };
        build = build with { Function = function };
        var delivery = await DeliverySelection.SelectAsync(session, function, log, cancellationToken);
        if (isSurelyBuilt && named is { ReadsByHash: true })
        {
            // Nothing to compare with, and the builder need not wait until every file is read.
            var built = await BuildByHashAsync(build, delivery, cancellationToken);
            await FinishAsync(built, isCurrent: false, cancellationToken);
            return built.Image;
        }

        var fingerprint = await Fingerprint.ComputeAsync(requested.Request, build, cancellationToken);
        var state = isSurelyBuilt ? null : await PublishStateFile.ReadAsync(outputs.PathOf("state.json"), cancellationToken);
        var isCurrent = state is not null && await new UpToDateCheck(session.Registries, log, session.Pin).IsCurrentAsync(state, fingerprint, delivery, cancellationToken);
        if (!isCurrent)
        {
            state = await BuildAsync(build, () => Task.FromResult(fingerprint), delivery, cancellationToken);
        }

        await FinishAsync(state!, isCurrent, cancellationToken);
        return state!.Image;
    }

    private async Task<PublishState> BuildAsync(ImageBuild build, Func<Task<string>> fingerprint, IImageDelivery delivery, CancellationToken cancellationToken)
    {
        var builder = await BuilderSelection.SelectAsync(session.Catalog, build, cancellationToken);
        var result = await builder.BuildAsync(build with { Engine = delivery.Engine }, cancellationToken);
        var receipt = result.Image is { } image
            ? await delivery.DeliverAsync(image, cancellationToken)
            : await delivery.ConfirmAsync(result.Summary, cancellationToken);
        var metadata = ImageMetadataFactory.Create(function, result.Summary, builder.Capabilities.Name, receipt);
        return new PublishState
        {
            Fingerprint = IsBaseUnknown(build, result) ? "" : await fingerprint(),
            Bases = result.Bases.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()),
            Receipt = receipt,
            Image = metadata with { Duration = Stopwatch.GetElapsedTime(started).TotalSeconds.ToString("F3", CultureInfo.InvariantCulture) },
        };
    }

    // Nobody could tell later whether it has changed, and no fingerprint equals an empty one.
    private bool IsBaseUnknown(ImageBuild build, BuildResult result)
    {
        var unknown = References.Images(build, DockerfileParser.Parse(build.Dockerfile, build.DockerfilePath))
            .FirstOrDefault(image => image.Digest is null && !result.Bases.ContainsKey(image.ToString()));
        if (unknown is not null)
        {
            log.Message(MessageImportance.Normal, $"The next publish builds again: no digest is known of the base image {unknown}.");
        }

        return unknown is not null;
    }

    private async Task<PublishState> BuildByHashAsync(ImageBuild build, IImageDelivery delivery, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = build.Context.Hashes.ReadFromTheEnd(stop.Token);

        // Made while the daemon works with what it was told of; at the end where it has not asked for every file.
        var fingerprint = new Lazy<Task<string>>(() => FingerprintOfBuiltAsync(build, cancellationToken));
        _ = build.Context.Hashes.Complete.ContinueWith(_ => fingerprint.Value, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            return await BuildAsync(build, () => fingerprint.Value, delivery, cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A file that the builder did not need may be gone by now: the image is made all the same, and no fingerprint equals an empty one.
    private async Task<string> FingerprintOfBuiltAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        try
        {
            return await Fingerprint.ComputeAsync(requested.Request, build, cancellationToken);
        }
        catch (DiagnosticException e)
        {
            log.Message(MessageImportance.Normal, $"The next publish builds again: {e.Message}");
            return "";
        }
    }

    private async Task FinishAsync(PublishState state, bool isCurrent, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!isCurrent)
        {
            // A state that is lost or damaged costs another build, and nothing else.
            await AtomicFile.WriteUnforcedAsync(outputs.PathOf("state.json"), PublishStateFile.Write(state), cancellationToken);
        }

        foreach (var (name, digest) in state.Bases)
        {
            session.UseBase(name, digest);
        }

        await outputs.WriteAsync(state.Image, cancellationToken);
        session.CiOutputs.Write(state.Image, session.IsForSeveral, log);
        if (isCurrent)
        {
            log.Message(MessageImportance.Normal, "Nothing has changed and the image is in place: nothing was built or sent.");
        }

        log.Message(MessageImportance.High, $"{function.Project.Name} -> {state.Image.DisplayName}");
    }

    private async Task<ImageMetadata> ShrinkwrapAsync(BuildContext context, CancellationToken cancellationToken)
    {
        var complete = DockerfileCompletion.Complete(context.Dockerfile, context.DockerfilePath, function);
        await ContextWriter.WriteAsync(context.Files, complete.Text, context.DockerfileName, function.ShrinkwrapFolder, log, cancellationToken);
        outputs.RemoveImage();
        if ((OutputCopies.Metadata(requested.Request, function.Name) ?? OutputCopies.Digest(requested.Request, function.Name)) is not null)
        {
            log.Message(MessageImportance.High, "No image is made, so ContainerMetadataFile and ContainerDigestFile are not written.");
        }

        log.Message(MessageImportance.High, $"{function.Project.Name} -> {function.ShrinkwrapFolder}");
        return ImageMetadataFactory.CreateShrinkwrapped(function);
    }

    private void WarnOfSecrets()
    {
        // Set by MSBuild's binary logger; a log that another process keeps cannot be seen.
        if (string.Equals(session.Environment("MSBUILDBINARYLOGGERENABLED"), "true", StringComparison.OrdinalIgnoreCase))
        {
            foreach (var name in RegistryVariables.LoggedPasswords.Where(name => !string.IsNullOrEmpty(session.Environment(name))))
            {
                log.Report(RegistryDiagnostics.PasswordInBinaryLog.With(name));
            }
        }

        foreach (var item in requested.Request.ItemsOf("ContainerBuildArg").Where(item => BuilderModelReader.LooksSecret(item.Include)))
        {
            if (item.Get("Value") is { } value && !value.StartsWith("env:", StringComparison.Ordinal) && !value.StartsWith("file:", StringComparison.Ordinal))
            {
                log.Report(InputDiagnostics.SecretLookingArgument.With(item.Include).At(function.Origin));
            }
        }
    }

    // What other contexts hold, and whether further outputs are where they were put, the builder's cache knows better than a comparison here.
    private bool CanBeCurrent => function.Builder.Steps is { Contexts.Count: 0, Outputs.Count: 0 };

    private Task<string> ContentTagAsync(ImageBuild build, CancellationToken cancellationToken) =>
        session.ContentTag.ComputeAsync(build, session.Request.SdkVersion, cancellationToken);

    private SortedDictionary<string, string> Arguments(TemplateFolder? template)
    {
        var arguments = new SortedDictionary<string, string>(function.Builder.Arguments.ToDictionary(), StringComparer.Ordinal);
        if (function.Shape == FunctionShape.Any || function.BuildOptions.Count > 0)
        {
            arguments[AdditionalPackages.Argument] = AdditionalPackages.Of(function, template, arguments.GetValueOrDefault(AdditionalPackages.Argument));
        }

        if (function.Image.BaseImage is { } image)
        {
            arguments.TryAdd(DotNetLayout.BaseArgument, image.ToString());
        }

        return arguments;
    }
}
