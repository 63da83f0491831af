namespace Mayfly.Xunit.Guests.Machines;

/// <summary>Whether a machine has ended by itself.</summary>
internal static class MachineEnd
{
    /// <summary>Its end; null where it lives.</summary>
    public static SandboxEnd? Of(Sandbox sandbox) => sandbox.Ended.IsCompletedSuccessfully ? sandbox.Ended.Result : null;
}
