using Mayfly.Diagnostics;

namespace Mayfly.MSBuild.Settings;

/// <summary>Insists that inputs do not hide one another in the guest.</summary>
internal static class InputPlaces
{
    /// <summary>What is pushed to the same place later would win without a word. Folders are joined there, as a push does it.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1104.</exception>
    public static void RequireApart(IEnumerable<SandboxCopy> inputs)
    {
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (hostPath, guestPath) in inputs)
        {
            if (!places.TryAdd(guestPath, hostPath) && places[guestPath] is var first && first != hostPath && !(Directory.Exists(first) && Directory.Exists(hostPath)))
            {
                throw new SandboxConfigurationException(
                    ErrorCode.TaskParameterInvalid,
                    $"the inputs '{first}' and '{hostPath}' have the same place in the guest, '{guestPath}'. Give each one of its own: a GuestPath that ends in a slash is a folder, in which a file keeps its name, "
                    + "and GuestPath=\"folder/%(RecursiveDir)\" keeps the folders that ** stands for.");
            }
        }
    }
}
