namespace OpenFaaS.Build.Diagnostics;

/// <summary>Looks into what an exception was caused by.</summary>
internal static class ExceptionChain
{
    /// <summary>The first exception of a type, the given one included; null if there is none.</summary>
    public static T? Find<T>(this Exception? exception) where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
            {
                return found;
            }
        }

        return null;
    }
}
