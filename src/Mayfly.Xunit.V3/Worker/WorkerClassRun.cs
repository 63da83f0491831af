using Xunit.v3;

namespace Mayfly.Xunit.Worker;

/// <summary>A test that waits for its turn.</summary>
/// <param name="TestCase">The test.</param>
/// <param name="Completion">Completes when it is over.</param>
internal sealed record WorkerClassRun(IXunitTestCase TestCase, TaskCompletionSource Completion);
