using System.Runtime.InteropServices;
using System.Text;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Warden.Resources;

/// <summary>The kernel's device mapper, asked without its library. Devices are named by their UUIDs, which nobody else gives.</summary>
internal sealed unsafe class DeviceMapper : IDisposable
{
    private const string ControlPath = "/dev/mapper/control";

    /// <summary>The version of the interface that every kernel of this century serves.</summary>
    private const uint InterfaceVersion = 4;

    /// <summary>
    /// Tells udev, where there is one, to leave a device alone, in all of its rules: what is on it is the guest's, and no
    /// program of the host's is to look for file systems and volumes in it.
    /// </summary>
    private const uint LeaveAlone = 0x004F0000;

    private readonly Descriptor _control;

    private DeviceMapper(Descriptor control) => _control = control;

    /// <summary>Whether the kernel has it loaded. Opening its device would load it, where there is a module.</summary>
    public static bool IsLoaded => Directory.Exists("/sys/class/misc/device-mapper");

    /// <exception cref="NativeException">The kernel has none, or this user may not have it.</exception>
    public static DeviceMapper Open() =>
        TryOpen() ?? throw NativeException.Last($"opening {ControlPath} (the kernel module dm-mod is needed)");

    public static DeviceMapper? TryOpen()
    {
        var control = Libc.Open(ControlPath, Linux.O_RDWR | Linux.O_CLOEXEC, 0);
        return control.IsInvalid ? null : new DeviceMapper(control);
    }

    /// <returns>Its numbers.</returns>
    /// <exception cref="NativeException">EBUSY where the name or the UUID is taken.</exception>
    public (uint Major, uint Minor) Create(string name, string uuid)
    {
        var request = Of(uuid, 0);

        // SAFETY: the structure is a local, and Write ends within the field.
        Write(name, new Span<byte>(request.Name, DeviceMapperRequest.NameBytes));
        return Call(Linux.DM_DEV_CREATE, &request) == 0
            ? ((uint)(request.Device >> 8) & 0xFFF, ((uint)request.Device & 0xFF) | ((uint)(request.Device >> 12) & 0xFFF00))
            : throw NativeException.Last($"making the mapped device {name}");
    }

    /// <summary>Gives it a table of one line, which is in force once it is resumed.</summary>
    /// <exception cref="NativeException">The kernel does not take it.</exception>
    public void Load(string uuid, long sectors, string type, string parameters)
    {
        var text = Encoding.UTF8.GetBytes(parameters + '\0');
        var targetBytes = sizeof(DeviceMapperTarget) + ((text.Length + 7) / 8 * 8);
        var buffer = new byte[sizeof(DeviceMapperRequest) + targetBytes];
        var request = Of(uuid, 0);
        request.TargetCount = 1;
        request.DataSize = (uint)buffer.Length;
        var target = new DeviceMapperTarget { Sectors = (ulong)sectors, Next = (uint)targetBytes };

        // SAFETY: the structure is a local, and Write ends within the field.
        Write(type, new Span<byte>(target.Type, DeviceMapperTarget.TypeBytes));
        MemoryMarshal.Write(buffer, request);
        MemoryMarshal.Write(buffer.AsSpan(sizeof(DeviceMapperRequest)), target);
        text.CopyTo(buffer, sizeof(DeviceMapperRequest) + sizeof(DeviceMapperTarget));

        // SAFETY: the array is pinned, and its whole length is what the request says.
        fixed (byte* start = buffer)
        {
            if (Libc.DeviceControl(_control, unchecked((nint)Linux.DM_TABLE_LOAD), start) != 0)
            {
                throw NativeException.Last($"loading the table '{type} {parameters}' (a {type} needs the kernel module dm-{type})");
            }
        }
    }

    /// <exception cref="NativeException">The kernel does not do it.</exception>
    public void Resume(string uuid)
    {
        var request = Of(uuid, 0);
        request.EventNumber = LeaveAlone;
        if (Call(Linux.DM_DEV_SUSPEND, &request) != 0)
        {
            throw NativeException.Last($"resuming the mapped device {uuid}");
        }
    }

    public bool Exists(string uuid)
    {
        var request = Of(uuid, 0);
        return Call(Linux.DM_DEV_STATUS, &request) == 0;
    }

    /// <param name="uuid">Which one.</param>
    /// <param name="deferred">While it is in use: has the kernel remove it with its last user's going.</param>
    /// <returns>0 or the error number; ENXIO where there is none.</returns>
    public int Remove(string uuid, bool deferred)
    {
        var request = Of(uuid, deferred ? Linux.DM_DEFERRED_REMOVE : 0);
        return Call(Linux.DM_DEV_REMOVE, &request) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    public void Dispose() => _control.Dispose();

    private static DeviceMapperRequest Of(string uuid, uint flags)
    {
        var request = new DeviceMapperRequest { Flags = flags };

        // SAFETY: the structure is a local, and Write ends within the field.
        Write(uuid, new Span<byte>(request.Uuid, DeviceMapperRequest.UuidBytes));
        request.Version[0] = InterfaceVersion;
        request.DataSize = (uint)sizeof(DeviceMapperRequest);
        request.DataStart = (uint)sizeof(DeviceMapperRequest);
        return request;
    }

    private int Call(uint command, DeviceMapperRequest* request)
    {
        // SAFETY: the caller's structure lives on; the kernel writes at most the size it is told there.
        return Libc.DeviceControl(_control, unchecked((nint)command), request);
    }

    private static void Write(string text, Span<byte> field)
    {
        if (Encoding.UTF8.GetByteCount(text) >= field.Length)
        {
            throw new NativeException($"the mapped device '{text}'", Errno.ENAMETOOLONG);
        }

        Encoding.UTF8.GetBytes(text, field);
    }
}
