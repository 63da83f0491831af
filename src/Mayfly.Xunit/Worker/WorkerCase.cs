using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Worker;

/// <summary>
/// A test case on its way to a worker: the method and the row, as xUnit serializes them. Names, traits, skips and the deadline
/// stay on the host, which has decided them; to find them again takes longer in a guest than most tests.
/// </summary>
/// <param name="Method">The test.</param>
/// <param name="Row">What it is called with; null where it takes nothing, or finds its rows itself.</param>
internal sealed record WorkerCase(ITestMethod Method, object[]? Row)
{
    private const char Separator = '\n';

    /// <summary>As text.</summary>
    public string Serialize() => Row is null ? SerializationHelper.Serialize(Method) : $"{SerializationHelper.Serialize(Method)}{Separator}{SerializationHelper.Serialize(Row)}";

    /// <summary>The test case that was told so.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static WorkerCase Deserialize(string text)
    {
        var parts = text.Split(Separator);
        return new WorkerCase(
            SerializationHelper.Deserialize<ITestMethod>(parts[0]) ?? throw new InvalidDataException("no test case"),
            parts.Length > 1 ? SerializationHelper.Deserialize<object[]>(parts[1]) : null);
    }
}
