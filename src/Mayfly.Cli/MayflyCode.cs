namespace Mayfly.Cli;

/// <summary>The library's stable codes for what the command line itself finds out.</summary>
internal static class MayflyCode
{
    public const string InvalidOption = "MAY1001";
    public const string CommandEmpty = "MAY1008";
    public const string CommandCancelled = "MAY3007";
    public const string OutputMissing = "MAY3012";
    public const string HostWriteFailed = "MAY3014";
}
