using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Tests;

/// <summary>One run of test classes by xUnit's own framework, in this process, in an environment of its own.</summary>
internal sealed class CaseRun
{
    private readonly IReadOnlyList<IMessageSinkMessage> _messages;

    private CaseRun(IReadOnlyList<ITestCase> discovered, IReadOnlyList<IMessageSinkMessage> messages)
    {
        Discovered = discovered;
        _messages = messages;
    }

    /// <summary>What a list of tests would show.</summary>
    public IReadOnlyList<ITestCase> Discovered { get; }

    /// <summary>All that the framework has said, in order.</summary>
    public IReadOnlyList<IMessageSinkMessage> Messages => _messages;

    /// <summary>The counts of the last line.</summary>
    public ITestAssemblyFinished Summary => _messages.OfType<ITestAssemblyFinished>().Single();

    /// <summary>The counts of each test case.</summary>
    public IEnumerable<ITestCaseFinished> CaseSummaries => _messages.OfType<ITestCaseFinished>();

    /// <summary>Everything that ended a test, in order.</summary>
    public IReadOnlyList<ITestResultMessage> Results => [.. _messages.OfType<ITestResultMessage>()];

    /// <summary>Failures outside of tests, such as of a fixture's disposal.</summary>
    public IEnumerable<IFailureInformation> CleanupFailures =>
        _messages.OfType<IFailureInformation>().Where(message => message is not ITestFailed);

    /// <summary>Runs every test of some classes, without the outer environment.</summary>
    public static Task<CaseRun> OfAsync(params Type[] classes) => OfAsync(new Dictionary<string, string>(), classes);

    /// <summary>Runs every test of some classes.</summary>
    /// <param name="environment">All the environment they see.</param>
    /// <param name="classes">The classes.</param>
    public static Task<CaseRun> OfAsync(Dictionary<string, string> environment, params Type[] classes) => OfAsync(environment, isParallel: false, classes);

    /// <summary>Runs every test of some classes side by side, two at a time, without the outer environment.</summary>
    public static Task<CaseRun> OfParallelAsync(params Type[] classes) => OfAsync([], isParallel: true, classes);

    /// <summary>Lists every test of some classes, and runs none: each as it is found, and as a test host receives it.</summary>
    public static async Task<IReadOnlyList<(IXunitTestCase Found, IXunitTestCase Received)>> ListAsync(params Type[] classes)
    {
        using var framework = new XunitTestFramework(new MessageRecorder());
        using var discoverer = framework.GetDiscoverer(Reflector.Wrap(classes[0].Assembly));
        using var executor = framework.GetExecutor(classes[0].Assembly.GetName());
        return [.. (await DiscoverAsync(discoverer, classes)).Select(each => ((IXunitTestCase)each, (IXunitTestCase)executor.Deserialize(discoverer.Serialize(each))))];
    }

    /// <summary>The results of one method, all rows.</summary>
    public IReadOnlyList<ITestResultMessage> Of(string method) =>
        [.. Results.Where(result => result.TestMethod.Method.Name == method)];

    /// <summary>The one result of a method, which must be a failure.</summary>
    public ITestFailed Failure(string method) => Assert.IsAssignableFrom<ITestFailed>(Assert.Single(Of(method)));

    /// <summary>The one result of a method, which must be a skip.</summary>
    public ITestSkipped Skip(string method) => Assert.IsAssignableFrom<ITestSkipped>(Assert.Single(Of(method)));

    /// <summary>Asserts that a method has passed, with all its rows.</summary>
    public void AssertPassed(string method)
    {
        Assert.NotEmpty(Of(method));
        Assert.All(Of(method), result => Assert.True(result is ITestPassed, (result as ITestFailed)?.Messages[0] ?? $"{result}"));
    }

    /// <summary>Asserts the counts of the last line, and that results and test cases agree with them.</summary>
    public void AssertCounts(int passed, int failed, int skipped)
    {
        Assert.Equal(
            (passed, failed, skipped),
            (Results.OfType<ITestPassed>().Count(), Results.OfType<ITestFailed>().Count(), Results.OfType<ITestSkipped>().Count()));
        Assert.Equal(
            (passed + failed + skipped, failed, skipped),
            (Summary.TestsRun, Summary.TestsFailed, Summary.TestsSkipped));
        Assert.Equal(
            (passed + failed + skipped, failed, skipped),
            (CaseSummaries.Sum(each => each.TestsRun), CaseSummaries.Sum(each => each.TestsFailed), CaseSummaries.Sum(each => each.TestsSkipped)));
    }

    private static Task<CaseRun> OfAsync(Dictionary<string, string> environment, bool isParallel, Type[] classes) => Task.Run(async () =>
    {
        TestSettings.Replace(environment.GetValueOrDefault);
        var assembly = classes[0].Assembly;
        using var framework = new XunitTestFramework(new MessageRecorder());
        using var discoverer = framework.GetDiscoverer(Reflector.Wrap(assembly));
        using var executor = framework.GetExecutor(assembly.GetName());

        var discovered = await DiscoverAsync(discoverer, classes);

        // Out and in again, as a test host receives them.
        var cases = discovered.Select(each => executor.Deserialize(discoverer.Serialize(each))).ToList();
        var ran = new MessageRecorder();
        executor.RunTests(cases, ran, new FrameworkOptions(isParallel));
        return new CaseRun(discovered, await ran.UntilAsync<ITestAssemblyFinished>());
    });

    private static async Task<List<ITestCase>> DiscoverAsync(ITestFrameworkDiscoverer discoverer, Type[] classes)
    {
        var discovered = new List<ITestCase>();
        foreach (var type in classes)
        {
            var found = new MessageRecorder();
            discoverer.Find(type.FullName, includeSourceInformation: false, found, new FrameworkOptions());
            var messages = await found.UntilAsync<IDiscoveryCompleteMessage>();
            discovered.AddRange(messages.OfType<ITestCaseDiscoveryMessage>().Select(message => message.TestCase));
        }

        return discovered;
    }
}
