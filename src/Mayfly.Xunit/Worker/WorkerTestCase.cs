using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Worker;

/// <summary>A fact, or one row of a theory, in its machine.</summary>
internal sealed class WorkerTestCase(IMessageSink diagnosticMessageSink, ITestMethod testMethod, object[]? testMethodArguments)
    : XunitTestCase(diagnosticMessageSink, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, testMethod, testMethodArguments)
{
    /// <summary>Finds what the test is called with, and none of what the host knows.</summary>
    protected override void Initialize()
    {
        DisplayName = TestMethod.Method.Name;
        Traits = [];
        Method = TestMethod.Method;
        if (TestMethodArguments is null)
        {
            return;
        }

        try
        {
            TestMethodArguments = Method.ToRuntimeMethod().ResolveMethodArguments(TestMethodArguments);
            if (Method.IsGenericMethodDefinition)
            {
                Method = Method.MakeGenericMethod(Method.ResolveGenericTypes(TestMethodArguments));
            }
        }
#pragma warning disable CA1031 // It is the test's failure, as xUnit has it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            InitializationException = exception;
            TestMethodArguments = null;
        }
    }
}
