using System.Runtime.InteropServices;

namespace Mayfly.Cli.Terminal;

/// <summary>What this process runs.</summary>
internal static unsafe class ProgramImage
{
    /// <summary>
    /// Becomes another program, with the same process id, streams, terminal and environment (execvp(3)). The runtime has no
    /// use for the signal of a broken pipe and ignores it; the program gets its default back.
    /// </summary>
    /// <param name="program">A path, or a name in PATH.</param>
    /// <param name="arguments">Its arguments, without its name.</param>
    /// <returns>Why that can't be; does not return where it can.</returns>
    public static string? Replace(string program, IReadOnlyList<string> arguments)
    {
        string[] all = [program, .. arguments];
        var texts = stackalloc nint[all.Length + 1];
        texts[all.Length] = 0;
        for (var index = 0; index < all.Length; index++)
        {
            texts[index] = Marshal.StringToCoTaskMemUTF8(all[index]);
        }

        var pipe = Libc.SetAction(Signals.LinuxSignal.Pipe, Libc.DefaultAction);

        // SAFETY: an array of texts that end in a NUL, itself ended by a null; all of it lives until the call returns.
        _ = Libc.Execute(program, texts);
        var failure = Marshal.GetLastPInvokeErrorMessage();
        _ = Libc.SetAction(Signals.LinuxSignal.Pipe, pipe);
        for (var index = 0; index < all.Length; index++)
        {
            Marshal.FreeCoTaskMem(texts[index]);
        }

        return failure;
    }
}
