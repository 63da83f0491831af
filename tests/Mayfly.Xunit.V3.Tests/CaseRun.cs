using System.Collections.Concurrent;
using Xunit.Runner.Common;
using Xunit.Sdk;
using Xunit.v3;

namespace Mayfly.Xunit.V3.Tests;

/// <summary>One run of test classes by xUnit's own framework, in this process, two collections at a time.</summary>
internal sealed class CaseRun : IMessageSink
{
    private readonly ConcurrentQueue<IMessageSinkMessage> _messages = new();

    private CaseRun(IReadOnlyList<IXunitTestCase> discovered) => Discovered = discovered;

    /// <summary>What a list of tests would show.</summary>
    public IReadOnlyList<IXunitTestCase> Discovered { get; }

    /// <summary>The counts of the last line.</summary>
    public ITestAssemblyFinished Summary => _messages.OfType<ITestAssemblyFinished>().Single();

    /// <summary>Everything that ended a test, in order.</summary>
    public IEnumerable<ITestResultMessage> Results => _messages.OfType<ITestResultMessage>().Where(message => message is not ITestFinished);

    /// <summary>Failures outside of tests, such as of a fixture's disposal.</summary>
    public IEnumerable<IErrorMetadata> CleanupFailures => _messages.OfType<IErrorMetadata>().Where(message => message is not ITestFailed);

    /// <summary>What an assembly's tests would be, without running them.</summary>
    public static async Task<IReadOnlyList<IXunitTestCase>> DiscoverAsync(params Type[] classes)
    {
        var found = new List<IXunitTestCase>();
        await new XunitTestFramework().GetDiscoverer(classes[0].Assembly).Find(
            testCase =>
            {
                found.Add((IXunitTestCase)testCase);
                return new(true);
            },
            TestFrameworkOptions.ForDiscovery(new TestAssemblyConfiguration { PreEnumerateTheories = true }),
            classes);
        return found;
    }

    /// <summary>Runs every test of some classes.</summary>
    /// <param name="environment">What they see of the environment otherwise than it is.</param>
    /// <param name="classes">The classes.</param>
    public static Task<CaseRun> OfAsync(Dictionary<string, string> environment, params Type[] classes) => Task.Run(async () =>
    {
        TestSettings.Replace(name => environment.GetValueOrDefault(name) ?? Environment.GetEnvironmentVariable(name));
        var run = new CaseRun(await DiscoverAsync(classes));

        // Out and in again, as a test host receives them.
        var cases = run.Discovered.Select(each => SerializationHelper.Instance.Deserialize<IXunitTestCase>(SerializationHelper.Instance.Serialize(each))!).ToList();
        var options = TestFrameworkOptions.ForExecution(new TestAssemblyConfiguration { MaxParallelThreads = 2, ParallelizeTestCollections = true });
        await new XunitTestFramework().GetExecutor(classes[0].Assembly).RunTestCases(cases, run, options);
        return run;
    });

    /// <inheritdoc/>
    public bool OnMessage(IMessageSinkMessage message)
    {
        _messages.Enqueue(message);
        return true;
    }

    /// <summary>The results of one method, all rows.</summary>
    public IReadOnlyList<ITestResultMessage> Of(string method)
    {
        var cases = Discovered.Where(each => each.TestMethodName == method).Select(each => each.UniqueID).ToList();
        return [.. Results.Where(result => cases.Contains(result.TestCaseUniqueID))];
    }

    /// <summary>The one result of a method, of a kind.</summary>
    public TResult The<TResult>(string method)
        where TResult : ITestResultMessage => Assert.IsAssignableFrom<TResult>(Assert.Single(Of(method)));

    /// <summary>The displayed names of a method's tests, with their results.</summary>
    public IEnumerable<string> Rows(string method) => Of(method)
        .Select(result => $"{NameOf(result).Split('.')[^1]} {Kind(result)}")
        .Order(StringComparer.Ordinal);

    private static string Kind(ITestResultMessage result) => result switch
    {
        ITestPassed => "passed",
        ITestFailed failed => $"failed: {failed.ExceptionTypes[0]}",
        ITestSkipped skipped => $"skipped: {skipped.Reason}",
        _ => "not run",
    };

    private string NameOf(ITestResultMessage result) => _messages.OfType<ITestStarting>().Single(each => each.TestUniqueID == result.TestUniqueID).TestDisplayName;
}
