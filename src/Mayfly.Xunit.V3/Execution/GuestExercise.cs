using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Mayfly.Xunit.Execution;

/// <summary>Tests that do nothing much, by which machines warm up: what they go through, others need not for the first time.</summary>
internal sealed class GuestExercise(ITestOutputHelper output) : IDisposable
{
    private static readonly Lazy<IReadOnlyList<string>> _cases = new(() =>
        [Serialize(nameof(Run)), Serialize(nameof(RunAsync)), Serialize(nameof(RunRow), 1, "text", true, 1.5, null), Serialize(nameof(Fail))]);

    /// <summary>The test cases, serialized, the simplest first.</summary>
    public static IReadOnlyList<string> Cases => _cases.Value;

    /// <summary>A test that returns at once.</summary>
    public void Run() => output.WriteLine("exercise");

    /// <summary>A test that awaits.</summary>
    public async Task RunAsync()
    {
        output.WriteLine("exercise");
        await Task.Yield();
    }

    /// <summary>A test with data.</summary>
    /// <param name="number">A number.</param>
    /// <param name="text">A text.</param>
    /// <param name="flag">A flag.</param>
    /// <param name="fraction">A fraction.</param>
    /// <param name="nothing">Nothing.</param>
    public void RunRow(int number, string text, bool flag, double fraction, object? nothing) => output.WriteLine("{0} {1} {2} {3} {4}", number, text, flag, fraction, nothing ?? "");

    /// <summary>A test that finds something wrong, and tells it in full.</summary>
    public void Fail()
    {
        try
        {
            throw new InvalidOperationException("exercise");
        }
        catch (InvalidOperationException exception)
        {
            output.WriteLine(string.Concat(ExceptionUtility.ExtractMetadata(exception).StackTraces));
        }
    }

    /// <summary>Does nothing.</summary>
    public void Dispose()
    {
    }

    private static string Serialize(string name, params object?[] row)
    {
        var collection = new XunitTestCollection(new XunitTestAssembly(typeof(GuestExercise).Assembly), null, disableParallelization: false, nameof(GuestExercise));
        var method = new XunitTestMethod(new XunitTestClass(typeof(GuestExercise), collection), typeof(GuestExercise).GetMethod(name)!, []);
        return SerializationHelper.Instance.Serialize(new XunitTestCase(method, name, name, @explicit: false, testMethodArguments: row));
    }
}
