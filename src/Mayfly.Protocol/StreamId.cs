namespace Mayfly.Protocol;

/// <summary>Which stream of a channel a data, end-of-file or credit frame speaks of.</summary>
public enum StreamId : byte
{
    /// <summary>Host to guest: a command's standard input, or the tar stream of a push.</summary>
    Input = 0,

    /// <summary>Guest to host: a command's standard output (or its terminal), or the tar stream of a pull.</summary>
    Output = 1,

    /// <summary>Guest to host: a command's standard error.</summary>
    Error = 2,
}
