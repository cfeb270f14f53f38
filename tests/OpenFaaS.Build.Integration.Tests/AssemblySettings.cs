// Most of the time a test waits for an engine, a registry or the end of a time limit.
[assembly: Parallelize(Workers = 4, Scope = ExecutionScope.MethodLevel)]
