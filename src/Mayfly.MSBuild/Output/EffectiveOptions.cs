using System.Text.Json;
using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Output;

/// <summary>A plan as a file for people and tools. Values of environment variables are left out: they may be secrets.</summary>
internal static class EffectiveOptions
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>The plan as JSON.</summary>
    public static string Json(CommandPlan plan)
    {
        var machine = plan.Machine.Options();
        return JsonSerializer.Serialize(
            new
            {
                mayfly = typeof(Sandbox).Assembly.GetName().Version?.ToString(),
                // Whoever turns the echo off may have a secret in the command.
                command = plan.EchoOff ? null : plan.Command,
                workingDirectory = plan.WorkingDirectory,
                timeoutMs = plan.Timeout < TimeSpan.Zero ? (double?)null : plan.Timeout.TotalMilliseconds,
                environmentVariables = plan.Environment.Keys.Order(StringComparer.Ordinal),
                ignoreExitCode = plan.IgnoreExitCode,
                standardOutputEncoding = plan.OutputEncoding.WebName,
                standardErrorEncoding = plan.ErrorEncoding.WebName,
                memoryBytes = machine.Memory.Bytes,
                cpus = machine.Cpus,
                acceleration = machine.Acceleration.ToString(),
                transport = machine.Transport.ToString(),
                network = machine.Network.ToString(),
                cold = machine.Cold,
                inputs = plan.Inputs.Select(input => new { host = input.HostPath, guest = input.GuestPath }),
                outputs = plan.Outputs.Select(output => new { host = output.HostPath, guest = output.GuestPath, isFolder = output.IsDirectory }),
            },
            Format);
    }
}
