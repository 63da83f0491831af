using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Mayfly.Diagnostics;
using Mayfly.Images.Tools;

namespace Mayfly.Ssh;

/// <summary>The system's OpenSSH, looked at and found usable.</summary>
/// <param name="Path">The absolute path of <c>ssh</c>.</param>
/// <param name="KeygenPath">The absolute path of <c>ssh-keygen</c>.</param>
/// <param name="Version">Its version, such as 9.2.</param>
internal sealed partial record SshProgram(string Path, string KeygenPath, Version Version)
{
    private const string Package = "openssh-client";
    private const string Remedy = $"Install it, on Debian with `sudo apt-get install {Package}`.";

    private static readonly Version _oldest = new(8, 0);
    private static readonly TimeSpan _answerLimit = TimeSpan.FromSeconds(30);
    private static readonly Tool _ssh = new("ssh", Package);
    private static readonly Tool _keygen = new("ssh-keygen", Package);
    private static readonly ConcurrentDictionary<(string Path, DateTime Written), Version> _versions = [];

    /// <summary>Finds it in PATH and asks it for its version, once per process and file.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1015: not there, too old, or something else.</exception>
    public static async Task<SshProgram> LocateAsync(CancellationToken cancellationToken)
    {
        var path = Find(_ssh);
        var keygen = Find(_keygen);
        var key = (path, File.GetLastWriteTimeUtc(path));
        if (!_versions.TryGetValue(key, out var version))
        {
            version = Check(path, await AskAsync(path, cancellationToken).ConfigureAwait(false));
            _versions[key] = version;
        }

        return new SshProgram(path, keygen, version);
    }

    internal static Version Check(string path, string answer)
    {
        var match = VersionPattern().Match(answer);
        if (!match.Success)
        {
            throw Unusable(path, $"answers -V with '{GuestText.NeutraliseLines(answer)}', which is not OpenSSH's answer");
        }

        var version = new Version(
            int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture),
            int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
        return version >= _oldest ? version : throw Unusable(path, $"is OpenSSH {version}, and at least {_oldest} is needed");
    }

    private static string Find(Tool tool) => tool.TryLocate(out var path)
        ? path
        : throw new SandboxConfigurationException(
            ErrorCode.SshMissing,
            $"{tool.Program} was not found in PATH ({Environment.GetEnvironmentVariable("PATH")}), and SSH into a sandbox needs it. {Remedy}");

    private static async Task<string> AskAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var asking = ToolProcess.Start(path, ["-V"]);
            await using (asking.ConfigureAwait(false))
            {
                asking.Input.Close();
                return (await asking.WaitAsync(cancellationToken).WaitAsync(_answerLimit, cancellationToken).ConfigureAwait(false)).ErrorText;
            }
        }
        catch (Exception exception) when (exception is TimeoutException or SandboxImageException)
        {
            throw Unusable(path, $"does not answer -V: {exception.Message}", exception);
        }
    }

    private static SandboxConfigurationException Unusable(string path, string what, Exception? cause = null) =>
        new(ErrorCode.SshMissing, $"{path} {what}. {Remedy}", cause);

    [GeneratedRegex(@"\AOpenSSH_(\d{1,4})\.(\d{1,4})")]
    private static partial Regex VersionPattern();
}
