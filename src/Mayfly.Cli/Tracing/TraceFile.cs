using System.Text;
using System.Text.Json;
using Mayfly.Cli.Commands;
using Mayfly.Cli.Reports;

namespace Mayfly.Cli.Tracing;

/// <summary>The file of <c>--trace FILE</c>. It is made before the run, so that one that can't be is an error at once.</summary>
internal sealed class TraceFile : IDisposable
{
    private readonly string _path;
    private readonly FileStream _file;

    private TraceFile(string path, FileStream file) => (_path, _file) = (path, file);

    private bool IsDrawing => _path.EndsWith(".svg", StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes the file, or empties it.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001: its name does not say what is to be in it.</exception>
    /// <exception cref="SandboxTransferException">MAY3014: it can't be written.</exception>
    public static TraceFile Create(string path)
    {
        if (!path.EndsWith(".svg", StringComparison.OrdinalIgnoreCase) && !path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            throw UsageError.Value("--trace", path, "a file that ends in .svg or .json; without one, the trace is printed");
        }

        try
        {
            return new TraceFile(path, new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw UsageError.HostFile("--trace", path, exception);
        }
    }

    /// <summary>Writes what has become of a run.</summary>
    /// <exception cref="SandboxTransferException">MAY3014.</exception>
    public void Write(JobRun run, RunTrace trace)
    {
        try
        {
            _file.Write(IsDrawing ? Encoding.UTF8.GetBytes(TraceSvg.Draw(TraceOutput.Title(run), trace.Phases)) : Json(run, trace));
            _file.Flush();
        }
        catch (IOException exception)
        {
            throw UsageError.HostFile("--trace", _path, exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static byte[] Json(JobRun run, RunTrace trace) =>
    [
        .. JsonSerializer.SerializeToUtf8Bytes(
            new TraceSection(run.Job.Command, run.Boot?.Start.ToString().ToLowerInvariant(), run.Boot?.StartReason, [.. trace.Phases.Select(PhaseSection.Of)]),
            ReportJson.Safe.TraceSection),
        (byte)'\n',
    ];
}
