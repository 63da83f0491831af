using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Worker;

/// <summary>A fact, or one row of a theory, in its machine.</summary>
internal sealed class WorkerTestCase(IMessageSink diagnosticMessageSink, ITestMethod testMethod, object[]? testMethodArguments)
    : XunitTestCase(diagnosticMessageSink, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, testMethod, testMethodArguments)
{
    /// <summary>None: the host keeps the time, and can end what blocks.</summary>
    protected override int GetTimeout(IAttributeInfo factAttribute) => 0;
}
