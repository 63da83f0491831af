using System.Text.Json.Serialization;

namespace Mayfly.Hypervisors;

/// <summary>Which vsock devices a monitor can give a machine.</summary>
/// <param name="VhostUser">One that another process is the back end of.</param>
/// <param name="Kernel">One that the host's kernel is the back end of.</param>
internal sealed record VsockDevices([property: JsonRequired] bool VhostUser, [property: JsonRequired] bool Kernel);

/// <summary>How that is remembered.</summary>
[JsonSerializable(typeof(VsockDevices))]
internal sealed partial class VsockDevicesJson : JsonSerializerContext;
