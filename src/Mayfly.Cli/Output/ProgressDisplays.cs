using System.Text;
using Mayfly.Cli.Terminal;

namespace Mayfly.Cli.Output;

/// <summary>The displays of progress on standard error: one line that changes on a terminal, rare lines elsewhere.</summary>
internal static class ProgressDisplays
{
    private const string EraseLine = "\r\e[2K";

    /// <summary>The display that suits standard error.</summary>
    public static ProgressDisplay ForStandardError() =>
        HostTerminal.IsTerminal(HostTerminal.StandardError) ? OnTerminal() : InLog();

    private static ProgressDisplay OnTerminal() => new(
        TimeProvider.System, TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(200), Redraw, () => Put(EraseLine));

    private static ProgressDisplay InLog() => new(
        TimeProvider.System, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), Messages.Say, () => { });

    private static void Redraw(string line)
    {
        var width = Math.Max(1, HostTerminal.SizeOf(HostTerminal.StandardError).Columns - 1);
        var text = Messages.Format(line).TrimEnd('\n');
        Put(EraseLine + (text.Length <= width ? text : text[..width]));
    }

    private static void Put(string text) => DescriptorStream.StandardError.TryWrite(Encoding.UTF8.GetBytes(text));
}
