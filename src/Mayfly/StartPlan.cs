using Mayfly.Hypervisors;
using Mayfly.Transports;

namespace Mayfly;

/// <summary>What has been decided before the first attempt to start one machine.</summary>
/// <param name="Id">The sandbox's id.</param>
/// <param name="Basis">What it rests on.</param>
/// <param name="Transport">How its agent is reached; null where the image has none, and SSH is the only way in.</param>
/// <param name="Memory">Where its memory is kept, or comes from; null for neither.</param>
/// <param name="Start">How it comes about.</param>
/// <param name="StartReason">Why that way.</param>
/// <param name="Begun">When the start began, by <see cref="TimeProvider.GetTimestamp"/>.</param>
internal sealed record StartPlan(
    string Id,
    StartBasis Basis,
    TransportChoice? Transport,
    MachineMemory? Memory,
    SandboxStart Start,
    string StartReason,
    long Begun);
