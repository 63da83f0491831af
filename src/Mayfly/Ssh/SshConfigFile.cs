using System.Text;
using Mayfly.Diagnostics;

namespace Mayfly.Ssh;

/// <summary>
/// OpenSSH's configuration with one host, for <c>ssh -F</c>, <c>scp -F</c>, <c>sftp -F</c>, <c>rsync -e</c> and editors. It
/// needs nothing but OpenSSH and the native agent.
/// </summary>
internal static class SshConfigFile
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes it, mode 0600.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What the host is called on a command line.</param>
    /// <param name="options">From <see cref="SshOptions.Connection"/>.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="SandboxConfigurationException">A value can't be written (MAY1001).</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static async Task WriteAsync(string path, string name, IEnumerable<(string Name, string Value)> options, CancellationToken cancellationToken)
    {
        var text = Format(name, options);
        var next = path + ".new";
        File.Delete(next);
        var file = new FileStream(next, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private });
        await using (file.ConfigureAwait(false))
        {
            await file.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
        }

        File.Move(next, path, overwrite: true);
    }

    internal static string Format(string name, IEnumerable<(string Name, string Value)> options)
    {
        if (name.Length == 0 || name[0] == '-' || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            throw new SandboxConfigurationException(
                ErrorCode.InvalidOption, $"'{GuestText.Neutralise(name)}' can't name a host. Take letters, digits, hyphens, underscores and dots.");
        }

        var text = new StringBuilder($"Host {name}\n");
        foreach (var (option, value) in options)
        {
            text.Append($"    {option} {value}\n");
        }

        return text.ToString();
    }
}
