using System.Globalization;

namespace Mayfly.Xunit.Guests.Machines;

/// <summary>Finds out why a worker is not there any more.</summary>
internal static class GuestDeath
{
    private const int SignalBase = 128;

    /// <summary>How long a machine that is about to end may take to be known to have.</summary>
    private static readonly TimeSpan _endPatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan _askPatience = TimeSpan.FromSeconds(15);

    /// <summary>Says it in words.</summary>
    /// <param name="sandbox">The machine.</param>
    /// <param name="broken">How the connection ended.</param>
    public static async Task<string> ExplainAsync(Sandbox sandbox, Exception broken)
    {
        if (broken is InvalidDataException)
        {
            return $"the worker in the guest does not keep to the protocol: {broken.Message}";
        }

        await Task.WhenAny(sandbox.Ended, Task.Delay(_endPatience)).ConfigureAwait(false);
        if (MachineEnd.Of(sandbox) is { } end)
        {
            return end.Cause switch
            {
                SandboxEndCause.Panicked => end.Message,
                SandboxEndCause.PoweredOff => $"the guest powered off or rebooted: {end.Message}",
                _ => $"the machine ended ({end.Cause}): {end.Message}",
            };
        }

        try
        {
            using var limit = new CancellationTokenSource(_askPatience);
            var said = await sandbox.ShellAsync(WorkerCommand.Explain, new ExecOptions { Timeout = _askPatience }, limit.Token).ConfigureAwait(false);
            var lines = GuestText.NeutraliseLines(said.StandardOutput).Split('\n', 2);
            return $"{ExitOf(lines[0])}{(lines is [_, { } log] && log.Trim() is { Length: > 0 } told ? $". It said:\n{told}" : "")}";
        }
        catch (Exception exception) when (exception is MayflyException or OperationCanceledException)
        {
            return MachineEnd.Of(sandbox) is { } late
                ? $"the machine ended ({late.Cause}): {late.Message}"
                : $"the worker in the guest is gone, and the guest can't be asked why: {exception.Message}";
        }
    }

    private static string ExitOf(string code) => int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number switch
        {
            SignalBase + 6 => "the process of the test was aborted (SIGABRT): an unhandled exception, FailFast or a stack overflow",
            SignalBase + 9 => "the process of the test was killed (SIGKILL): by the guest's kernel for want of memory, or by somebody in the guest",
            SignalBase + 11 => "the process of the test crashed (SIGSEGV)",
            > SignalBase => $"the process of the test was ended by signal {number - SignalBase}",
            _ => $"the process of the test exited with code {number}",
        }
        : "the process of the test is gone, or has closed its connection";
}
