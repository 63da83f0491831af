using Mayfly.Xunit.Worker;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Execution;

/// <summary>Tests that do nothing much, by which machines warm up: what they go through, others need not for the first time.</summary>
internal sealed class GuestExercise(ITestOutputHelper output) : IDisposable
{
    private static readonly Lazy<IReadOnlyList<string>> _cases = new(() =>
        [Serialize(nameof(Run)), Serialize(nameof(RunAsync)), Serialize(nameof(RunRow), 1, "text", true, 1.5, null!), Serialize(nameof(Fail))]);

    /// <summary>The test cases, serialized, the simplest first.</summary>
    public static IReadOnlyList<string> Cases => _cases.Value;

    /// <summary>A test that returns at once.</summary>
    [GuestFact]
    public void Run() => output.WriteLine("exercise");

    /// <summary>A test that awaits.</summary>
    [GuestFact]
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
    [GuestTheory]
    [InlineData(1, "text", true, 1.5, null)]
    public void RunRow(int number, string text, bool flag, double fraction, object? nothing) => output.WriteLine("{0} {1} {2} {3} {4}", number, text, flag, fraction, nothing);

    /// <summary>A test that finds something wrong, and tells it in full.</summary>
    [GuestFact]
    public void Fail()
    {
        try
        {
            throw new InvalidOperationException("exercise");
        }
        catch (InvalidOperationException exception)
        {
            output.WriteLine(string.Concat(ExceptionUtility.ConvertExceptionToFailureInformation(exception).StackTraces));
        }
    }

    /// <summary>Does nothing.</summary>
    public void Dispose()
    {
    }

    private static string Serialize(string name, params object[] row)
    {
        var assembly = new TestAssembly(Reflector.Wrap(typeof(GuestExercise).Assembly));
        var testClass = new TestClass(new TestCollection(assembly, null, nameof(GuestExercise)), Reflector.Wrap(typeof(GuestExercise)));
        var method = new TestMethod(testClass, Reflector.Wrap(typeof(GuestExercise).GetMethod(name)));
        return new WorkerCase(method, row.Length > 0 ? row : null).Serialize();
    }
}
