using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary><c>struct epoll_event</c>, which x86-64 packs.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct EpollEvent
{
    public uint Events;
    public ulong Data;
}
