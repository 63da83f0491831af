using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Native;

/// <summary>Waits for many descriptors at once, for reading only. For one thread, whose own it is.</summary>
internal sealed unsafe partial class Epoll : IDisposable
{
    private const int Capacity = 16;
    private const int CloseOnExec = 0x80000;
    private const int ControlAdd = 1;
    private const int ControlDelete = 2;
    private const uint EventIn = 1;
    private const uint EdgeTriggered = 1U << 31;

    /// <summary>struct epoll_event is packed on x64 and nowhere else.</summary>
    private static readonly int _eventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly SafeFileHandle _handle;
    private readonly byte[] _events = GC.AllocateArray<byte>(Capacity * 16, pinned: true);
    private int _ready;

    /// <exception cref="IOException">There are no more descriptors.</exception>
    public Epoll()
    {
        _handle = Create(CloseOnExec);
        if (_handle.IsInvalid)
        {
            throw new IOException("an epoll descriptor can't be made", new Win32Exception(Marshal.GetLastPInvokeError()));
        }
    }

    /// <summary>Waits for a descriptor from now on.</summary>
    /// <param name="descriptor">What to wait for.</param>
    /// <param name="token">Tells it from others.</param>
    /// <param name="edge">Each write to it counts once, and nobody needs to read it; else it counts for as long as it can be read.</param>
    /// <returns>False where this kind of descriptor can't be waited for, such as a plain file.</returns>
    public bool TryAdd(SafeHandle descriptor, int token, bool edge = false)
    {
        var change = stackalloc byte[16];
        *(uint*)change = edge ? EventIn | EdgeTriggered : EventIn;
        Unsafe.WriteUnaligned(change + _eventBytes - sizeof(ulong), (ulong)token);

        // SAFETY: the kernel copies the structure, which fits into the sixteen bytes, before the call returns.
        return Control(_handle, ControlAdd, descriptor, change) == 0;
    }

    /// <summary>Waits for it no longer.</summary>
    public void Remove(SafeHandle descriptor)
    {
        var unused = stackalloc byte[16];

        // SAFETY: the structure is ignored for this operation.
        _ = Control(_handle, ControlDelete, descriptor, unused);
    }

    /// <summary>Waits until something is ready.</summary>
    /// <param name="timeoutMs">For so many milliseconds at most; 0 to look only, -1 for ever.</param>
    /// <returns>How many are; their tokens are <see cref="Token"/>'s.</returns>
    public int Wait(int timeoutMs)
    {
        fixed (byte* events = _events)
        {
            // SAFETY: the kernel fills at most Capacity structures. An interruption counts as nothing ready.
            _ready = Math.Max(0, Wait(_handle, events, Capacity, timeoutMs));
            return _ready;
        }
    }

    /// <summary>The token of the n-th ready descriptor of the last wait.</summary>
    public int Token(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _ready);
        return (int)BitConverter.ToUInt64(_events, (index * _eventBytes) + _eventBytes - sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial SafeFileHandle Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle epoll, int operation, SafeHandle descriptor, byte* change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(SafeFileHandle epoll, byte* events, int capacity, int timeoutMs);
}
