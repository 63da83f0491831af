using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Mayfly.Diagnostics;
using Mayfly.Supervision;

namespace Mayfly.Images.Tools;

/// <summary>A running program of the host, with its streams. Disposal ends it where it still runs.</summary>
internal sealed class ToolProcess : IAsyncDisposable
{
    private const int KeptErrorChars = 4096;

    private readonly Process _process;
    private readonly Task<string> _errors;

    private ToolProcess(Process process)
    {
        _process = process;
        _errors = KeepEndAsync(process.StandardError);
    }

    /// <summary>Its standard input; disposal is end of file.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Its standard output.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>
    /// Starts a tool that speaks English, whatever the user's language, as its words are read. It ends with this process,
    /// even where that is killed.
    /// </summary>
    public static ToolProcess Start(Tool tool, IReadOnlyList<string> arguments, string? workingDirectory = null)
    {
        var owner = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return Start(AgentBinary.Locate(), ["tether", owner, tool.Locate(), .. arguments], workingDirectory);
    }

    /// <summary>Starts the program at an absolute path. Should this process be killed, its closed streams alone end it.</summary>
    public static ToolProcess Start(string program, IReadOnlyList<string> arguments, string? workingDirectory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "/",
        };
        start.Environment["LC_ALL"] = "C";
        try
        {
            return new ToolProcess(Process.Start(start)!);
        }
        catch (Win32Exception exception)
        {
            throw new SandboxImageException(
                ErrorCode.ImageBuildFailed, $"{program} could not be started: {exception.Message}", exception);
        }
    }

    /// <summary>Waits for its end, for which its output must have been read.</summary>
    public async Task<ToolExit> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return new ToolExit(_process.ExitCode, await _errors.WaitAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself, which is the rule.
        }

        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        _process.Dispose();
    }

    private static async Task<string> KeepEndAsync(StreamReader reader)
    {
        var kept = "";
        var buffer = new char[KeptErrorChars];
        try
        {
            int count;
            while ((count = await reader.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                kept += new string(buffer, 0, count);
                kept = kept[Math.Max(0, kept.Length - KeptErrorChars)..];
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Disposed while it still wrote; nobody wants its words any more.
        }

        return kept.Trim();
    }
}
