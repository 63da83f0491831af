using Mayfly.Protocol;

namespace Mayfly.Agent.Session;

/// <summary>What becomes of a machine that is frozen and copied.</summary>
internal interface IAwakening
{
    /// <summary>Why the machine can't be frozen as it is; null where it can.</summary>
    string? Refusal { get; }

    /// <summary>
    /// Does before the machine is frozen what each of its copies would have to do. Called on the loop's thread, as is
    /// <see cref="Wake"/>.
    /// </summary>
    /// <returns>How a copy greets that has become all that it was to become.</returns>
    Hello Prepare();

    /// <summary>Makes this copy the machine that the settings describe.</summary>
    /// <returns>How it greets where that is not as prepared; else null.</returns>
    Hello? Wake(WakeSettings settings);
}
