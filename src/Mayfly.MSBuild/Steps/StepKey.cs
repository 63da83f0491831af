using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Steps;

/// <summary>The digest of everything that makes a step's outputs; another one means that the step must run.</summary>
internal static class StepKey
{
    /// <summary>Digests the plan, the state of its inputs and the version of Mayfly, which comes with its guest image.</summary>
    public static string Of(CommandPlan plan)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, "mayfly", typeof(Sandbox).Assembly.ManifestModule.ModuleVersionId.ToString());
        Add(hash, "command", plan.Command);
        Add(hash, "cwd", plan.WorkingDirectory);
        Add(hash, "machine", string.Create(CultureInfo.InvariantCulture, $"{plan.Machine.Memory?.Bytes} {plan.Machine.Cpus} {plan.Machine.Acceleration} {plan.Machine.Transport} {plan.Machine.Network}"));
        Add(hash, "run", string.Create(CultureInfo.InvariantCulture, $"{plan.Timeout.Ticks} {plan.IgnoreExitCode}"));
        foreach (var (name, value) in plan.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Add(hash, "env", name, value);
        }

        foreach (var wanted in plan.Outputs)
        {
            Add(hash, "output", wanted.HostPath, wanted.GuestPath, wanted.IsDirectory ? "/" : "");
        }

        foreach (var input in plan.Inputs)
        {
            Add(hash, "input", input.HostPath, input.GuestPath);
            foreach (var file in FileState.OfTree(input.HostPath))
            {
                Add(hash, "file", file.Path, string.Create(CultureInfo.InvariantCulture, $"{file.LengthBytes} {file.ModifiedTicks}"));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Each part with its length, so that no two lists of parts look the same.</summary>
    private static void Add(IncrementalHash hash, params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }
    }
}
