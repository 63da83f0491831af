namespace Mayfly.Chaos;

/// <summary>Words that troubles begin with, by which the table counts them.</summary>
internal static class Trouble
{
    /// <summary>Somebody did not answer in time.</summary>
    public const string Hang = "hang";
}
