using System.Globalization;
using System.Text;

namespace Mayfly.Xunit.Execution;

/// <summary>The command log and the consoles of a failed test, as text for its output.</summary>
internal static class TestReport
{
    private const string Indent = "            ";

    /// <summary>Renders it; empty where the test used no sandbox.</summary>
    public static string Of(TestScope scope)
    {
        var sandboxes = scope.Sandboxes;
        if (sandboxes.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var sandbox in sandboxes)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Sandbox {sandbox.Id}: Linux {sandbox.Guest.KernelRelease} on {sandbox.Boot.Hypervisor}, {sandbox.Boot.Accelerator} ({sandbox.Boot.AcceleratorReason}), {sandbox.Boot.Transport} ({sandbox.Boot.TransportReason}), up after {sandbox.Boot.Duration.TotalSeconds:0.00} s");
        }

        AppendLog(text, scope, sandboxes.Count > 1);
        foreach (var sandbox in sandboxes)
        {
            AppendConsole(text, sandbox);
        }

        return GuestText.NeutraliseLines(text.ToString());
    }

    /// <summary>Operations that have not ended, in words.</summary>
    public static string Pending(TestScope scope) => string.Join(
        ", ",
        scope.Operations
            .Where(each => !each.Operation.Completion.IsCompleted)
            .Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Operation.Description} (for {each.Operation.Duration.TotalSeconds:0.0} s)")));

    private static void AppendLog(StringBuilder text, TestScope scope, bool withIds)
    {
        text.AppendLine("Command log:");
        if (scope.DroppedOperations > 0)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{Indent}({scope.DroppedOperations} earlier ones are not shown)");
        }

        foreach (var (at, operation) in scope.Operations)
        {
            var where = withIds ? $"{operation.Sandbox.Id}: " : "";
            text.AppendLine(CultureInfo.InvariantCulture, $"[{at.TotalSeconds,8:0.000} s] {where}{operation.Description}");
            if (!operation.Completion.IsCompletedSuccessfully)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{Indent}=> still going on after {operation.Duration.TotalSeconds:0.000} s");
                continue;
            }

            var end = operation.Completion.Result;
            foreach (var line in end.Tail)
            {
                text.Append(Indent).AppendLine(line);
            }

            text.AppendLine(CultureInfo.InvariantCulture, $"{Indent}=> {end.Summary} after {end.Duration.TotalSeconds:0.000} s");
        }
    }

    private static void AppendConsole(StringBuilder text, Sandbox sandbox)
    {
        if (sandbox.Ended is { IsCompletedSuccessfully: true, Result: var end })
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Sandbox {sandbox.Id} has ended: {end.Cause}: {end.Message}");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"Console of {sandbox.Id}, its last lines:");
        foreach (var line in sandbox.Console.GetTail())
        {
            text.Append("  ").AppendLine(line);
        }
    }
}
