namespace Mayfly.Session.Transfers;

/// <summary>The kinds of entry a transfer carries.</summary>
internal enum TarEntryKind
{
    File,
    Directory,
    Link,
}
