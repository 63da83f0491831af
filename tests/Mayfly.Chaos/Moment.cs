namespace Mayfly.Chaos;

/// <summary>The ways to choose when to kill.</summary>
internal enum Moment
{
    /// <summary>At a random point of a random phase, so that short phases get their share.</summary>
    InPhase,

    /// <summary>At a random point of the whole life.</summary>
    InLife,

    /// <summary>As soon as the victim is there, or a moment later.</summary>
    AtBirth,
}
