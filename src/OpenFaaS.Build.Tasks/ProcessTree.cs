using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;

namespace OpenFaaS.Build.Tasks;

/// <summary>Ends a process and what it started.</summary>
internal static class ProcessTree
{
    public static void Kill(Process process)
    {
        try
        {
            // .NET has Kill(entireProcessTree); .NET Framework, in Visual Studio, only ends the process itself.
            var killTree = typeof(Process).GetMethod("Kill", [typeof(bool)]);
            if (killTree is null)
            {
                process.Kill();
            }
            else
            {
                killTree.Invoke(process, [true]);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or TargetInvocationException)
        {
            // It has ended by itself.
        }
    }
}
