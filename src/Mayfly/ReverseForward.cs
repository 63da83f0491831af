using System.Net;

namespace Mayfly;

/// <summary>A forward out of the guest that a <see cref="SandboxJob"/> opens: see <see cref="Sandbox.ReverseForwardAsync"/>.</summary>
/// <param name="GuestPort">Where programs in the guest connect to, at 127.0.0.1: 1 to 65535, or 0 for one that is free.</param>
/// <param name="Target">Where the connections arrive, with a port of 1 to 65535.</param>
public sealed record ReverseForward(int GuestPort, IPEndPoint Target);
