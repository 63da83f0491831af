using Xunit.Abstractions;

namespace Mayfly.Xunit.Tests;

/// <summary>One test at a time unless asked for, rows told apart at discovery, messages in order; the rest as xUnit would have it.</summary>
/// <param name="isParallel">Whether collections run side by side.</param>
internal sealed class FrameworkOptions(bool isParallel = false) : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
{
    private readonly Dictionary<string, object?> _values = new()
    {
        ["xunit.discovery.PreEnumerateTheories"] = true,
        ["xunit.execution.DisableParallelization"] = !isParallel,
        ["xunit.execution.MaxParallelThreads"] = 2,
        ["xunit.execution.SynchronousMessageReporting"] = true,
    };

    /// <inheritdoc/>
    public TValue GetValue<TValue>(string name) => _values.TryGetValue(name, out var value) ? (TValue)value! : default!;

    /// <inheritdoc/>
    public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
}
