namespace Mayfly.Xunit.V3.Tests.Cases;

public sealed class OddException(string message) : Exception(message);
