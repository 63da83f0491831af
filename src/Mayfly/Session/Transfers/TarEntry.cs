namespace Mayfly.Session.Transfers;

/// <summary>One entry's header.</summary>
/// <param name="Name">Its path relative to the root, <c>.</c> for the root.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="SizeBytes">Length of the content that follows; 0 for all but files.</param>
/// <param name="ModifiedSeconds">Time of the last change, seconds since 1970-01-01 UTC.</param>
/// <param name="ModifiedNanoseconds">Its fraction.</param>
/// <param name="LinkTarget">A link's text; empty for all but links.</param>
internal sealed record TarEntry(
    string Name,
    TarEntryKind Kind,
    int Mode,
    long SizeBytes,
    long ModifiedSeconds,
    int ModifiedNanoseconds,
    string LinkTarget);
