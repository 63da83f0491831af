namespace Mayfly;

/// <summary>What a push or a pull moved.</summary>
/// <param name="Entries">Files, directories and links, the root included.</param>
/// <param name="Size">Content of the files.</param>
/// <param name="Skipped">Devices, FIFOs and sockets at the source, which are left out.</param>
public sealed record TransferResult(long Entries, ByteSize Size, long Skipped);
