using System.Diagnostics;
using System.Globalization;
using Mayfly.Xunit.Tests;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Benchmarks.GuestFacts;

/// <summary>One session of tests, in a process of its own as a test host is: prints the milliseconds each test took, from its start to its end as xUnit tells them.</summary>
internal static class Session
{
    /// <summary>Runs tests one after another.</summary>
    /// <param name="method">Which of the test methods.</param>
    /// <param name="rows">How many of its rows.</param>
    public static void Run(string method, int rows)
    {
        var assembly = typeof(Session).Assembly;
        using var framework = new XunitTestFramework(new NullMessageSink());
        using var discoverer = framework.GetDiscoverer(Reflector.Wrap(assembly));
        using var executor = framework.GetExecutor(assembly.GetName());
        using var found = new Recorder<IDiscoveryCompleteMessage>();
        discoverer.Find(includeSourceInformation: false, found, new FrameworkOptions());
        found.Wait();

        var cases = found.Messages.OfType<ITestCaseDiscoveryMessage>().Select(message => message.TestCase).Where(each => each.TestMethod.Method.Name == method).Take(rows).ToList();
        using var ran = new Recorder<ITestAssemblyFinished>();
        executor.RunTests(cases, ran, new FrameworkOptions());
        ran.Wait();
        if (ran.Messages.OfType<ITestFailed>().FirstOrDefault() is { } failed)
        {
            throw new InvalidOperationException($"{failed.Test.DisplayName}: {string.Join(Environment.NewLine, failed.Messages)}");
        }

        if (ran.Messages.OfType<ITestPassed>().Count() != rows)
        {
            throw new InvalidOperationException($"{ran.Messages.OfType<ITestPassed>().Count()} of {rows} tests have passed");
        }

        foreach (var duration in ran.Durations)
        {
            Console.WriteLine(duration.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        }
    }

    private sealed class Recorder<TLast> : LongLivedMarshalByRefObject, IMessageSink, IDisposable
    {
        private readonly ManualResetEventSlim _over = new();
        private long _started;

        public List<IMessageSinkMessage> Messages { get; } = [];

        public List<TimeSpan> Durations { get; } = [];

        public bool OnMessage(IMessageSinkMessage message)
        {
            lock (Messages)
            {
                Messages.Add(message);
                if (message is ITestStarting)
                {
                    _started = Stopwatch.GetTimestamp();
                }
                else if (message is ITestFinished)
                {
                    Durations.Add(Stopwatch.GetElapsedTime(_started));
                }
            }

            if (message is TLast)
            {
                _over.Set();
            }

            return true;
        }

        public void Wait() => _over.Wait();

        public void Dispose() => _over.Dispose();
    }
}
