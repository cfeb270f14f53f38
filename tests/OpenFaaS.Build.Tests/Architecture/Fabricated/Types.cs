// Violations made up for the test of the architecture tests; namespaces stand for folders of the library.
#pragma warning disable IDE0130

namespace OpenFaaS.Build.Tests.Architecture.Fabricated.Publishing
{
    internal class Publisher : Exception
    {
        public static string Name => nameof(Publisher);
    }

    internal sealed class NamedPublisher : Publisher;

    internal sealed class PublishingAttribute : Attribute;

    internal sealed class UsesWhatIsBelow
    {
        public static object Value => new Oci.UsesInABody();
    }
}

namespace OpenFaaS.Build.Tests.Architecture.Fabricated.Oci
{
    internal sealed class UsesInABody
    {
        public override string ToString() => Publishing.Publisher.Name;
    }

    internal sealed class UsesInAnAsyncLambda
    {
        public static Func<Task<string>> Value => async () =>
        {
            await Task.Yield();
            return Publishing.Publisher.Name;
        };
    }

    internal sealed class UsesAsGenericArgument
    {
        public List<Publishing.Publisher?[]>? Value { get; init; }
    }

    [Publishing.Publishing]
    internal sealed class UsesAsAttribute;

    internal sealed class UsesAsConstraint<T>
        where T : Publishing.Publisher
    {
        public T? Value { get; init; }
    }

    internal sealed class UsesInCatch
    {
        public static void Run(Action action)
        {
            try
            {
                action();
            }
            catch (Publishing.Publisher)
            {
                // Only its type matters.
            }
        }
    }
}

namespace OpenFaaS.Build.Tests.Architecture.Fabricated.Builders
{
    internal sealed class UsesOneBuilder
    {
        public static object Value => new Buildah.Builder();
    }
}

namespace OpenFaaS.Build.Tests.Architecture.Fabricated.Builders.Buildah
{
    internal sealed class Builder;
}

namespace OpenFaaS.Build.Tests.Architecture.Fabricated.Builders.Docker
{
    internal sealed class UsesAnotherBuilder
    {
        public static object Value => new Buildah.Builder();
    }
}

namespace OpenFaaS.Build.Tests.Architecture.Fabricated.Elsewhere
{
    internal sealed class HasNoPlace
    {
        public static object Value => new Oci.UsesInABody();
    }
}
