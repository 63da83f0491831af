using System.Text;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Warden;

/// <summary>
/// Removes a directory with all that is in it when its owner is gone or has no more use for it: at the end of standard
/// input. It need not exist yet, so that its owner can have it kept before it makes it.
/// </summary>
internal static unsafe class KeepProgram
{
    private const int ReadBytes = 256;
    private const int Attempts = 40;
    private const int PauseMs = 50;

    /// <returns>The exit code.</returns>
    public static int Run(string directory)
    {
        HostSession.Leave();
        WaitForEndOfInput();
        for (var attempt = 1; ; attempt++)
        {
            // Programs of the owner's may need a moment to notice its end, and write there until then.
            if (DirectoryRemover.Remove(directory) is not { } problem)
            {
                return 0;
            }

            if (attempt == Attempts)
            {
                using var errors = new Descriptor(2);
                Files.TryWrite(errors, Encoding.UTF8.GetBytes(problem + "\n"));
                return 1;
            }

            // SAFETY: no structures.
            _ = Libc.Poll(null, 0, PauseMs);
        }
    }

    private static void WaitForEndOfInput()
    {
        using var input = new Descriptor(0);
        var buffer = stackalloc byte[ReadBytes];

        // SAFETY: reads into the whole of the buffer.
        while (Libc.Read(input, buffer, ReadBytes) is var count && (count > 0 || (count < 0 && IsInterrupted)))
        {
        }
    }

    private static bool IsInterrupted => System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == Errno.EINTR;
}
