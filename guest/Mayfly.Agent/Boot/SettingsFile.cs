using Mayfly.Agent.Messages;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Boot;

/// <summary>What this machine is told about itself.</summary>
internal static class SettingsFile
{
    private const int MaxSettingsBytes = 1024 * 1024;

    /// <returns>Null where there is none, or none that makes sense.</returns>
    public static GuestSettings? Read(BootLog log)
    {
        if (Files.TryRead(GuestPaths.Settings, MaxSettingsBytes) is not { } bytes)
        {
            return null;
        }

        try
        {
            return SettingsReader.Read(bytes);
        }
        catch (ProtocolException exception)
        {
            log.Warn($"{GuestPaths.Settings} was ignored: {exception.Message}");
            return null;
        }
    }
}
