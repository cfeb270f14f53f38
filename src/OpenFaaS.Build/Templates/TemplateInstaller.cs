using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Templates;

/// <summary>Writes pulled templates into the project's template folder, for people who keep them in their repository. A folder is replaced whole or not at all.</summary>
internal static class TemplateInstaller
{
    /// <summary>Puts a template where lookups find it first.</summary>
    /// <returns>Full path of the folder.</returns>
    /// <exception cref="DiagnosticException">There is a folder that no pull has written, or that was changed since; or it cannot be written.</exception>
    public static async Task<string> InstallAsync(PulledTemplate template, FunctionModel function, IBuildLog log, CancellationToken cancellationToken)
    {
        var root = function.TemplatePath ?? Path.Combine(function.BaseFolder, "template");
        var target = Path.GetFullPath(Path.Combine(root, template.Name));
        var fresh = Path.Combine(root, $".{Guid.NewGuid():N}.tmp");
        OwnFolder.EnsureTrusted(root);
        OwnFolder.EnsureTrusted(target);
        var record = await EnsureReplaceableAsync(target, function, cancellationToken);
        if (record is not null && record == PullRecord.Of(template.Lock))
        {
            return target;
        }

        try
        {
            await FolderCopy.CopyAsync(template.Path, fresh, log, cancellationToken);
            await AtomicFile.WriteAsync(Path.Combine(fresh, PullRecord.FileName), PullRecord.Of(template.Lock).Write(), cancellationToken);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            FolderSwap.Replace(fresh, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(target, e);
        }
        finally
        {
            FolderSwap.Discard(fresh);
        }

        return target;
    }

    private static async Task<PullRecord?> EnsureReplaceableAsync(string target, FunctionModel function, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(target))
        {
            return null;
        }

        var record = await PullRecord.ReadAsync(target, cancellationToken);
        var why = record?.Tree is null ? "it holds no record of a pull by this SDK"
            : record.Tree != TemplateFetcher.HashOf(target).ToString() ? "it was changed since it was pulled"
            : null;
        return why is null ? record : throw TemplateDiagnostics.TemplateIsUsersOwn.With(target, why).At(function.Origin).ToException();
    }
}
