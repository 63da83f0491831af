using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Mayfly.Xunit.Execution;

/// <summary>A test that does nothing much, by which machines warm up: what it goes through, other tests need not for the first time.</summary>
internal sealed class GuestExercise(ITestOutputHelper output) : IDisposable
{
    private static readonly Lazy<string> _case = new(Serialize);

    /// <summary>Its test case, serialized.</summary>
    public static string Case => _case.Value;

    /// <summary>The test.</summary>
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
        var collection = new XunitTestCollection(new XunitTestAssembly(typeof(GuestExercise).Assembly), null, disableParallelization: false, nameof(GuestExercise));
        var method = new XunitTestMethod(new XunitTestClass(typeof(GuestExercise), collection), typeof(GuestExercise).GetMethod(nameof(RunAsync))!, []);
        return SerializationHelper.Instance.Serialize(new XunitTestCase(method, nameof(GuestExercise), nameof(GuestExercise), @explicit: false));
    }
}
