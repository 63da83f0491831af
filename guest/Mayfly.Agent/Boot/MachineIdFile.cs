using System.Text;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Boot;

/// <summary>
/// <c>/etc/machine-id</c>. While a machine is frozen it is held open, where it is as the agent makes it: writing it then takes a
/// copy one call, where a new file takes thousands of instructions that emulation has not seen before.
/// </summary>
internal sealed unsafe class MachineIdFile : IDisposable
{
    // As machine-id(5) has it: for everybody to read, for nobody to change.
    private const int Mode = 0b100_100_100;
    private const int Bytes = WakeFormat.MachineIdBytes + 1;

    private readonly Descriptor _file;

    private MachineIdFile(Descriptor file) => _file = file;

    /// <returns>The open file; null where it is missing, has become another, or has a second name.</returns>
    public static MachineIdFile? TryOpen()
    {
        var file = Libc.Open(GuestPaths.MachineId, Linux.O_WRONLY | Linux.O_NONBLOCK | LinuxX64.O_NOFOLLOW | Linux.O_CLOEXEC, 0);
        if (!file.IsInvalid
            && Files.TryGetStatus(file) is { Mode: Linux.S_IFREG | Mode, Links: 1, UserId: 0, GroupId: 0, Size: Bytes })
        {
            return new MachineIdFile(file);
        }

        file.Dispose();
        return null;
    }

    /// <summary>Puts a new file in its place; what fails is a warning.</summary>
    public static void Replace(string machineId, BootLog log) =>
        OwnFile.Write(new WakeFile(GuestPaths.MachineId, Mode, Encoding.ASCII.GetBytes($"{machineId}\n")), log);

    /// <summary>Writes another id of the same length over the one that is there.</summary>
    public bool TryWrite(string machineId)
    {
        var text = stackalloc byte[Bytes];
        text[Bytes - 1] = (byte)'\n';

        // SAFETY: the span covers the digits' part of the buffer, the call the whole of it.
        return Encoding.ASCII.GetBytes(machineId, new Span<byte>(text, WakeFormat.MachineIdBytes)) == WakeFormat.MachineIdBytes
            && Libc.WriteAt(_file, text, Bytes, 0) == Bytes;
    }

    public void Dispose() => _file.Dispose();
}
