namespace Mayfly;

internal static class SandboxStarter
{
    public static Task<Sandbox> StartAsync(SandboxOptions options, CancellationToken cancellationToken) =>
        Task.FromException<Sandbox>(new NotSupportedException($"{options} {cancellationToken}"));
}
