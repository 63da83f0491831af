using System.Reflection;
using Mayfly.Xunit.Guests.Protocol;
using Mayfly.Xunit.Guests.Worker;
using Xunit.Sdk;
using Xunit.v3;

namespace Mayfly.Xunit.Worker;

/// <summary>Runs tests by xUnit's own runners.</summary>
internal sealed class WorkerTests : IWorkerTests
{
    private WorkerClass? _class;

    /// <param name="assembly">Whose tests they are. xUnit gets to know the serializers of its own, which rows may have been sent with.</param>
    public WorkerTests(Assembly assembly)
    {
        Assembly = assembly;
        SerializationHelper.Instance.AddRegisteredSerializers(assembly);
    }

    /// <inheritdoc/>
    public Assembly Assembly { get; }

    /// <inheritdoc/>
    public async Task RunAsync(WorkerRun run, WorkerReplies replies)
    {
        if (run.IsTest)
        {
            var testCase = Deserialize(run);
            await using (testCase.ConfigureAwait(false))
            {
                _class ??= new WorkerClass(testCase, new WorkerBus(replies));
                await _class.RunAsync(testCase).ConfigureAwait(false);
            }
        }

        if (run.Kind != WorkerRunKind.Test && _class is not null)
        {
            await _class.DisposeAsync().ConfigureAwait(false);
            _class = null;
        }
    }

    /// <summary>The test case as xUnit would run it. What the host has decided, it has decided: the deadline, and what is skipped for a reason known before.</summary>
    private static XunitTestCase Deserialize(WorkerRun run)
    {
        var sent = SerializationHelper.Instance.Deserialize<XunitTestCase>(run.Case) ?? throw new InvalidDataException("no test case");
        return run.Row == WorkerRun.NoRow
            ? new XunitTestCase(
                sent.TestMethod, sent.TestCaseDisplayName, sent.UniqueID, @explicit: false, sent.SkipExceptions, traits: sent.Traits, testMethodArguments: sent.TestMethodArguments)
            : new WorkerRowTestCase(sent, run.Row);
    }
}
