using System;

// MSBuild recognises the attribute by its full name; older versions do not have it, so the assembly carries its own.
namespace Microsoft.Build.Framework;

/// <summary>Marks a task that is safe in MSBuild's multithreaded mode.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class MSBuildMultiThreadableTaskAttribute : Attribute
{
}
