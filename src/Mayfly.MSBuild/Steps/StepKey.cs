using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mayfly.Diagnostics;
using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Steps;

/// <summary>The digest of everything that makes a step's outputs; another one means that the step must run.</summary>
internal static class StepKey
{
    /// <summary>Digests the plan, what its inputs hold and the version of Mayfly; <see cref="WithImage"/> adds what the machine holds.</summary>
    /// <param name="plan">What is run.</param>
    /// <param name="predecessors">Keys of the steps that have left their traces in the machine.</param>
    /// <param name="digests">Of the inputs.</param>
    /// <param name="cancellationToken">Stops the reading of inputs.</param>
    /// <exception cref="SandboxConfigurationException">MAY3010: an input can't be read.</exception>
    public static async Task<string> OfAsync(
        CommandPlan plan, IReadOnlyList<string> predecessors, InputDigests digests, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, "mayfly", typeof(Sandbox).Assembly.ManifestModule.ModuleVersionId.ToString());
        Add(hash, "command", plan.Command);
        Add(hash, "cwd", plan.WorkingDirectory);
        Add(hash, ["machine", .. plan.Machine.Parts()]);
        Add(hash, "run", string.Create(CultureInfo.InvariantCulture, $"{plan.Timeout.Ticks} {plan.IgnoreExitCode}"));
        Add(
            hash,
            "success",
            string.Create(CultureInfo.InvariantCulture, $"{plan.Format.IgnoreStandardFormat} {plan.Format.StandardErrorIsError}"),
            $"{plan.Format.CustomError}",
            $"{plan.Format.CustomWarning}");
        Add(hash, ["session", .. predecessors]);
        foreach (var (name, value) in plan.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Add(hash, "env", name, value);
        }

        foreach (var wanted in plan.Outputs)
        {
            Add(hash, "output", wanted.HostPath, wanted.GuestPath, wanted.IsDirectory ? "/" : "", wanted.AllowsConfigurationFiles ? "any name" : "");
        }

        foreach (var input in plan.Inputs)
        {
            Add(hash, "input", input.HostPath, input.GuestPath);
            await AddTreeAsync(hash, input.HostPath, digests, cancellationToken).ConfigureAwait(false);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The key in a machine of that image; null where nobody knows the image yet.</summary>
    public static string? WithImage(string key, string? image)
    {
        if (image is null)
        {
            return null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, "image", image, key);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static async Task AddTreeAsync(IncrementalHash hash, string path, InputDigests digests, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var entry in InputTree.Of(path))
            {
                Add(hash, "entry", entry.FullName, await DescribeAsync(entry, digests, cancellationToken).ConfigureAwait(false));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SandboxConfigurationException(
                ErrorCode.TransferFailed, $"the input '{path}' can't be read: {exception.Message} Make it readable, or leave it out of Inputs.", exception);
        }
    }

    private static async Task<string> DescribeAsync(FileSystemInfo entry, InputDigests digests, CancellationToken cancellationToken)
    {
        if (entry.LinkTarget is { } target)
        {
            return $"link {target}";
        }

        if (!entry.Exists)
        {
            return "missing";
        }

        var content = entry is FileInfo file ? await digests.OfAsync(file, cancellationToken).ConfigureAwait(false) : "folder";
        return string.Create(CultureInfo.InvariantCulture, $"{(int)entry.UnixFileMode} {content}");
    }

    /// <summary>Each part with its length, and how many there are, so that no two lists of parts look the same.</summary>
    private static void Add(IncrementalHash hash, params ReadOnlySpan<string> parts)
    {
        hash.AppendData(BitConverter.GetBytes(parts.Length));
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }
    }
}
