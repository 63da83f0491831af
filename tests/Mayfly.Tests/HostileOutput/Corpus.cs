using System.Text;

namespace Mayfly.Tests.HostileOutput;

/// <summary>Outputs with which a guest would steer the host's CI system.</summary>
internal static class Corpus
{
    /// <summary>Where the library cuts a line.</summary>
    public const int MaxLineChars = 8192;

    /// <summary>Only at a line's beginning.</summary>
    private static readonly string[] _leading =
    [
        "::error::x", "::warning file=a.cs,line=1,col=5::x", "::notice title=t::x", "::debug::x", "::group::x", "::endgroup::", "::add-mask::x",
        "::set-output name=x::y", "::save-state name=x::y", "::set-env name=PATH::/evil", "::add-path::/evil", "::stop-commands::token", "::token::",
        "::add-matcher::evil.json", "::remove-matcher owner=csc::", "::echo::on", "::ERROR::x", "::error::a%0A::error::b",
    ];

    /// <summary>Wherever they stand.</summary>
    private static readonly string[] _anywhere =
    [
        "##[error]x", "##[add-mask]x", "##[set-env name=PATH;]x", "##[group]x", "##[endgroup]", "##[section]x", "##[command]rm", "##[start-action x]",
        "##vso[task.setvariable variable=x;isoutput=true]y", "##vso[task.complete result=Succeeded;]", "##vso[task.logissue type=error;]x", "##VSO[task.prependpath]/evil",
        "##vso[build.updatebuildnumber]x", "##vso[artifact.upload artifactname=a]/etc/passwd", "##vso[task.setsecret]x", "##vSo[task.uploadfile]/etc/passwd", "##vso nothing",
        "##teamcity[buildStop comment='x' readdToQueue='true']", "##teamcity[setParameter name='a' value='b']", "##TeamCity[buildNumber '1']",
        "####vso[task.debug]x", "###[error]x", "#:##[error]x",
    ];

    private static readonly string[] _sections =
    [
        "\e[0Ksection_start:1560896352:name\r\e[0Ktitle", "section_end:1560896353:name\r\e[0K",
    ];

    private static readonly string[] _before =
    [
        "", " ", "\t", "\u00A0", "\u3000", "\n", "\r", "\r\n", "text\r", "text\v", "text\f", "text\u0085", "text\u2028", "text\u2029", "\e[0m", "\e[2K", "\e]0;title\a", "\e]8;;x\e\\",
        "\uFEFF", "\u200B", "\u200D ", "\0", "\a\b", "\u202E", "\u00AD\t", "\uFE0F", new string('x', MaxLineChars) + "\n", new string(' ', 300),
    ];

    /// <summary>What vanishes, or may vanish, between the characters of a command; the last are bytes that are no UTF-8.</summary>
    private static readonly string[] _between =
    [
        "\e[0m", "\e[38;5;1m", "\e]0;t\a", "\e]8;;u\e\\", "\e\e[0m[0m", "\0", "\a", "\b", "\u007F", "\u0090", "\u200B", "\u200C", "\u200D", "\u00AD", "\u2060", "\uFEFF", "\u202E", "\u2066",
        "\u061C", "\uFE0F", "\u034F", "\U000E0001", "\U000E0100",
    ];

    private static readonly byte[][] _invalid = [[0xFF], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xED, 0xA0, 0x80], [0xC0, 0x80]];

    /// <summary>All of them, as bytes.</summary>
    public static IReadOnlyList<byte[]> Outputs { get; } = [.. All()];

    /// <summary>Pieces of which a random output is made.</summary>
    public static IReadOnlyList<byte[]> Pieces { get; } =
    [
        .. new[] { "#", "##", ":", "::", "[", "vso[", "VSO[", "vso", "teamcity[", "error", "task.debug", "::error", "]", "x", " ", "\t", "\n", "\r", "\uFF03", "\uFF1A", "\uFF3B", "\uFE5F", "\uFE55", "section_start:1:n", "\r\e[0K", "\e", "\e[", "0m", "\e]", "\\" }
            .Concat(_between).Concat(_before.Where(text => text.Length is > 0 and < 10)).Concat(_leading).Concat(_anywhere).Select(Encoding.UTF8.GetBytes),
        .. _invalid,
    ];

    private static IEnumerable<byte[]> All()
    {
        foreach (var command in _leading.Concat(_anywhere).Concat(_sections))
        {
            foreach (var before in _before)
            {
                yield return Encoding.UTF8.GetBytes(before + command);
            }
        }

        foreach (var command in _leading.Concat(_anywhere))
        {
            for (var at = 1; at <= 3; at++)
            {
                foreach (var between in _between)
                {
                    yield return Encoding.UTF8.GetBytes(command.Insert(at, between));
                }

                foreach (var invalid in _invalid)
                {
                    yield return [.. Encoding.UTF8.GetBytes(command[..at]), .. invalid, .. Encoding.UTF8.GetBytes(command[at..])];
                }
            }

            yield return Encoding.UTF8.GetBytes(Wide(command));
            yield return Encoding.UTF8.GetBytes(Wide(command[..1]) + command[1..]);
        }

        foreach (var command in _anywhere)
        {
            yield return Encoding.UTF8.GetBytes("a.c(1,2): error C1: " + command);
            yield return Encoding.UTF8.GetBytes($"{command} : sub error {command} : {command}");
            for (var cut = 0; cut < 8; cut++)
            {
                yield return Encoding.UTF8.GetBytes(new string('x', MaxLineChars - cut) + command);
            }
        }

        foreach (var command in _leading)
        {
            yield return Encoding.UTF8.GetBytes(new string('x', MaxLineChars) + command);
        }
    }

    private static string Wide(string text) => string.Concat(text.Select(character => character is > ' ' and <= '~' ? (char)(character + 0xFEE0) : character));
}
