using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Execution;

/// <summary>A test that does nothing much, by which machines warm up: what it goes through, other tests need not for the first time.</summary>
internal sealed class GuestExercise(ITestOutputHelper output) : IDisposable
{
    private static readonly Lazy<string> _case = new(Serialize);

    /// <summary>Its test case, serialized.</summary>
    public static string Case => _case.Value;

    /// <summary>The test.</summary>
    [GuestFact]
    public async Task RunAsync()
    {
        output.WriteLine("exercise");
        await Task.Yield();
    }

    /// <summary>Does nothing.</summary>
    public void Dispose()
    {
    }

    private static string Serialize()
    {
        var assembly = new TestAssembly(Reflector.Wrap(typeof(GuestExercise).Assembly));
        var testClass = new TestClass(new TestCollection(assembly, null, nameof(GuestExercise)), Reflector.Wrap(typeof(GuestExercise)));
        var method = new TestMethod(testClass, Reflector.Wrap(typeof(GuestExercise).GetMethod(nameof(RunAsync))));
        return SerializationHelper.Serialize(new GuestTestCase(new NullMessageSink(), TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, method));
    }
}
