using System.ComponentModel;
using System.Diagnostics;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>Runs a QEMU program for the text it answers with. It may be any program, so time and text are bounded.</summary>
internal static class QemuQuestion
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);

    /// <summary>Standard output, and behind it standard error.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">The question.</param>
    /// <param name="maxChars">What is read at most; the rest is lost.</param>
    /// <param name="cancellationToken">Ends the attempt. The program is killed in any case.</param>
    /// <exception cref="SandboxConfigurationException">MAY1003: it can't be run or does not answer.</exception>
    public static async Task<string> AskAsync(string path, IReadOnlyList<string> arguments, int maxChars, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_limit);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw QemuProgram.Unusable(path, $"can't be run ({e.Message})", e);
        }

        using (process)
        {
            try
            {
                process.StandardInput.Close();
                return await ReadAllAsync(process, maxChars, limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The linked token must not hide the caller's.
                cancellationToken.ThrowIfCancellationRequested();
                throw QemuProgram.Unusable(path, $"did not answer {string.Join(' ', arguments)} within {_limit.TotalSeconds:0} s");
            }
            finally
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task<string> ReadAllAsync(Process process, int maxChars, CancellationToken cancellationToken)
    {
        // Side by side, each in a buffer of bounded size: an answer is short, and what a stranger's program prints may not be.
        var output = new char[maxChars];
        var error = new char[maxChars];
        var writing = process.StandardOutput.ReadBlockAsync(output, cancellationToken).AsTask();
        var complaining = process.StandardError.ReadBlockAsync(error, cancellationToken).AsTask();
        var length = await writing.ConfigureAwait(false);
        return length == maxChars
            ? new string(output)
            : new string(output, 0, length) + new string(error, 0, await complaining.ConfigureAwait(false));
    }
}
