using System.Collections.Concurrent;

namespace Mayfly.Tests.Images;

internal sealed class ProgressRecorder : IProgress<SandboxProgress>
{
    public ConcurrentQueue<SandboxProgress> Steps { get; } = [];

    public void Report(SandboxProgress value) => Steps.Enqueue(value);
}
