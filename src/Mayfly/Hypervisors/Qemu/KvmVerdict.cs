using System.Text.Json.Serialization;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>What a probe of KVM found.</summary>
/// <param name="Usable">Whether machines are to run on it.</param>
/// <param name="Reason">A clause for people.</param>
/// <param name="DurationMs">How long the probe took.</param>
internal sealed record KvmVerdict(
    [property: JsonRequired] bool Usable,
    [property: JsonRequired] string Reason,
    [property: JsonRequired] long DurationMs);

/// <summary>How verdicts are remembered.</summary>
[JsonSerializable(typeof(KvmVerdict))]
internal sealed partial class KvmVerdictJson : JsonSerializerContext;
