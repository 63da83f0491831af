using Mayfly.Native;
using Mayfly.Supervision;

namespace Mayfly.Tests.Diagnostics.Inventory;

/// <summary>A directory such as a sandbox has, in the runtime directory of these tests, without any sandbox.</summary>
internal sealed class SandboxPlace : IDisposable
{
    public SandboxPlace()
    {
        Path = System.IO.Path.Combine(RuntimeRoot.Open(), Id);
        Assert.True(NewDirectory.TryCreatePrivate(Path));
    }

    public string Id { get; } = SandboxId.Create();

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
