using Mayfly.Diagnostics;

namespace Mayfly.Ssh;

/// <summary>
/// Values as OpenSSH's options take them. There, a percent sign begins a token, <c>${</c> a variable, and a word with spaces
/// stands in quotes. How a quote inside quotes is written differs between versions, so such paths are refused.
/// </summary>
internal static class SshText
{
    /// <summary>A file's name as the value of an option.</summary>
    /// <exception cref="SandboxConfigurationException">It can't be written (MAY1001).</exception>
    public static string File(string path)
    {
        Check(path);
        return $"\"{path.Replace("%", "%%", StringComparison.Ordinal)}\"";
    }

    /// <summary>A word of a command that OpenSSH hands to a shell.</summary>
    /// <exception cref="SandboxConfigurationException">It can't be written (MAY1001).</exception>
    public static string CommandWord(string word)
    {
        Check(word);
        return $"'{word.Replace("'", @"'\''", StringComparison.Ordinal).Replace("%", "%%", StringComparison.Ordinal)}'";
    }

    /// <summary>A name to log in with.</summary>
    /// <exception cref="SandboxConfigurationException">It can be none (MAY1001).</exception>
    public static string User(string user)
    {
        const int MaxChars = 64;
        return user.Length is > 0 and <= MaxChars && user[0] != '-' && user.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@' or '+')
            ? user
            : throw new SandboxConfigurationException(
                ErrorCode.InvalidOption,
                $"SandboxSsh.User is '{GuestText.Neutralise(user)}'. Give 1 to {MaxChars} letters, digits and -_.@+, not beginning with a hyphen.");
    }

    private static void Check(string path)
    {
        if (path.Length == 0 || path.Any(c => char.IsControl(c) || c is '"' or '\\') || path.Contains("${", StringComparison.Ordinal))
        {
            throw new SandboxConfigurationException(
                ErrorCode.InvalidOption,
                $"the path '{GuestText.Neutralise(path)}' can't be given to OpenSSH. Take one without quotes, backslashes, control characters and ${{.");
        }
    }
}
