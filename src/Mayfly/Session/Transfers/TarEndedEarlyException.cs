namespace Mayfly.Session.Transfers;

/// <summary>The guest's stream ended in the middle of the archive; its outcome, which comes after, may say why.</summary>
internal sealed class TarEndedEarlyException() : IOException("the stream ended in the middle of the archive");
