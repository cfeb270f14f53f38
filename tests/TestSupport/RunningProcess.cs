namespace OpenFaaS.Build.TestSupport;

/// <summary>Tells whether a process runs; one that has ended and was not waited for yet does not.</summary>
public static class RunningProcess
{
    public static bool IsAlive(int id)
    {
        try
        {
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // Waited for by now.
            return false;
        }
    }
}
