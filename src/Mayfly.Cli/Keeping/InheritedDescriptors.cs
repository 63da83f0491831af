using System.Globalization;
using System.Runtime.InteropServices;
using Mayfly.Cli.Terminal;

namespace Mayfly.Cli.Keeping;

/// <summary>
/// What a process that is to live on in the background has from who started it. Each is replaced by <c>/dev/null</c>, so that
/// nobody who waits for its end, or for the lock on it, waits for this process.
/// </summary>
internal static class InheritedDescriptors
{
    private const string Folder = "/proc/self/fd";

    /// <summary>Lets go of all but the standard streams, before anything is started that would have them, too.</summary>
    /// <exception cref="StandardStreamException">It can't be done.</exception>
    public static void DiscardOthers() => Discard(number => !IsStandard(number) && Libc.IsInheritable(number));

    /// <summary>Lets go of the standard streams, and of the copies that the runtime has made of them for itself.</summary>
    /// <exception cref="StandardStreamException">It can't be done.</exception>
    public static void DiscardStandardStreams()
    {
        var streams = Enumerable.Range(0, HostTerminal.StandardError + 1).Select(TargetOf).ToList();
        Discard(number => IsStandard(number) || (TargetOf(number) is { } target && streams.Contains(target)));
    }

    private static void Discard(Func<int, bool> isOne)
    {
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        foreach (var path in Directory.GetFileSystemEntries(Folder))
        {
            var number = int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture);
            if (number != nothing.DangerousGetHandle()
                && isOne(number)
                && Libc.Duplicate(nothing, number, IsStandard(number) ? 0 : Libc.OpenCloseOnExec) < 0)
            {
                throw new StandardStreamException("/dev/null", Marshal.GetLastPInvokeErrorMessage(), isBrokenPipe: false);
            }
        }
    }

    private static bool IsStandard(int number) => number <= HostTerminal.StandardError;

    private static string? TargetOf(int number)
    {
        try
        {
            return new FileInfo(string.Create(CultureInfo.InvariantCulture, $"{Folder}/{number}")).LinkTarget;
        }
        catch (IOException)
        {
            // Closed by now.
            return null;
        }
    }
}
