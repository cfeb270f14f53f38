namespace OpenFaaS.Build.Builders.FunctionBuilder.Results;

/// <summary>What a builder sent is no result of a build; the message is the end of a sentence.</summary>
internal sealed class ResultFormatException(string message, Exception? inner = null) : Exception(message, inner);
