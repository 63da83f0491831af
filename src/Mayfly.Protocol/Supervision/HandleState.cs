namespace Mayfly.Protocol.Supervision;

/// <summary>How far a resource has got.</summary>
public enum HandleState
{
    /// <summary>It is about to be made; it may exist.</summary>
    Making,

    /// <summary>It exists.</summary>
    Made,

    /// <summary>It is gone.</summary>
    Gone,
}
