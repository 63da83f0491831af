using Mayfly.Protocol;

namespace Mayfly.Agent.Session;

/// <summary>What becomes of a machine that is frozen and copied.</summary>
internal interface IAwakening
{
    /// <summary>Why the machine can't be frozen as it is; null where it can.</summary>
    string? Refusal { get; }

    /// <summary>Makes this copy the machine that the settings describe. Called on the loop's thread.</summary>
    /// <returns>How it greets.</returns>
    Hello Wake(WakeSettings settings);
}
