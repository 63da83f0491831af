using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Worker;

/// <summary>Does not run a test, and says nothing about it.</summary>
internal sealed class LeftOutTestRunner(
    ITest test,
    Type testClass,
    object[] constructorArguments,
    MethodInfo testMethod,
    object[] testMethodArguments,
    ExceptionAggregator aggregator,
    CancellationTokenSource cancellationTokenSource)
    : XunitTestRunner(test, new SilentBus(), testClass, constructorArguments, testMethod, testMethodArguments, null, [], aggregator, cancellationTokenSource)
{
    /// <inheritdoc/>
    protected override Task<Tuple<decimal, string>> InvokeTestAsync(ExceptionAggregator aggregator) => Task.FromResult(Tuple.Create(0m, ""));

    private sealed class SilentBus : IMessageBus
    {
        public bool QueueMessage(IMessageSinkMessage message) => true;

        public void Dispose()
        {
        }
    }
}
