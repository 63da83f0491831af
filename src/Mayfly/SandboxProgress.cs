namespace Mayfly;

/// <summary>A step of long work.</summary>
/// <param name="Activity">What is going on, such as <c>downloading linux-image-6.1.0-56-cloud-amd64</c>.</param>
/// <param name="Completed">Bytes done so far, where they can be counted.</param>
/// <param name="Total">Bytes in all, where they are known.</param>
public sealed record SandboxProgress(string Activity, ByteSize? Completed = null, ByteSize? Total = null);
