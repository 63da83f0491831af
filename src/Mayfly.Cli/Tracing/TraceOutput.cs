using System.Text;
using Mayfly.Cli.Commands;
using Mayfly.Cli.Output;
using Mayfly.Cli.Terminal;

namespace Mayfly.Cli.Tracing;

/// <summary>Where the trace of a run goes once it is over: to standard error, or into a file.</summary>
/// <param name="file">The file; null for standard error.</param>
internal sealed class TraceOutput(TraceFile? file) : IDisposable
{
    /// <summary>Tells where the time of a run went, however it ended.</summary>
    public void Tell(JobRun run)
    {
        if (run.Trace is not { } trace)
        {
            return;
        }

        if (file is not null)
        {
            file.Write(run, trace);
            return;
        }

        Messages.Say($"{Title(run)}:");
        DescriptorStream.StandardError.TryWrite(Encoding.UTF8.GetBytes(TraceText.Describe(trace.Phases)));
    }

    /// <summary>The same where the run has failed, which is what its user must hear of.</summary>
    public void TryTell(JobRun run)
    {
        try
        {
            Tell(run);
        }
        catch (MayflyException exception)
        {
            Messages.Say(exception.Message);
        }
    }

    /// <summary>What was run, and how its machine came about.</summary>
    public static string Title(JobRun run)
    {
        var command = string.Join(' ', run.Job.Command);
        return run.Boot is { } boot ? $"{command} ({boot.Start.ToString().ToLowerInvariant()}: {boot.StartReason})" : command;
    }

    /// <inheritdoc/>
    public void Dispose() => file?.Dispose();
}
