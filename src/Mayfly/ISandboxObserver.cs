namespace Mayfly;

/// <summary>
/// Told what sandboxes do on behalf of one flow of control; see <see cref="Sandbox.Observe"/>. Calls come from whatever
/// thread the sandbox is used on, and may come side by side.
/// </summary>
public interface ISandboxObserver
{
    /// <summary>A sandbox has come up. An exception disposes of it and goes to whoever started it.</summary>
    void OnStarted(Sandbox sandbox);

    /// <summary>A command or a transfer is about to begin. An exception keeps it from beginning and goes to the caller.</summary>
    void OnOperation(SandboxOperation operation);
}
