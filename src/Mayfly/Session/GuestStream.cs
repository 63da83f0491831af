namespace Mayfly.Session;

/// <summary>
/// A connection to a program in the guest, both ways. Reading ends when the program has ended its sending; a connection that
/// it has broken throws an <see cref="IOException"/>. Disposal before both ways have ended resets it.
/// </summary>
internal abstract class GuestStream : Stream
{
    /// <summary>Completes when the connection is over in the guest, in order or not, or the conversation is; never faults.</summary>
    public abstract Task Ended { get; }

    /// <summary>Ends the way to the guest, behind what has been written: the program reads its end. The other way goes on.</summary>
    public abstract void CompleteWrites();
}
