namespace Mayfly.Cli.Output;

/// <summary>What becomes of what the guest writes to a standard stream.</summary>
internal enum OutputForm
{
    /// <summary>Lines where a CI system reads the stream through a pipe, else bytes.</summary>
    Auto,

    /// <summary>Byte for byte.</summary>
    Raw,

    /// <summary>Lines that are safe to print.</summary>
    Text,
}
