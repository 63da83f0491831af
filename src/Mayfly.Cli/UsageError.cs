using System.CommandLine;
using Mayfly.Cli.Terminal;
using Mayfly.Diagnostics;

namespace Mayfly.Cli;

/// <summary>What is wrong about the command line, as one sentence with a code and a remedy.</summary>
internal static class UsageError
{
    /// <summary>An option's value can't be read.</summary>
    public static SandboxConfigurationException Value(string option, string value, string expected) =>
        new(ErrorCode.InvalidOption, $"{option} is '{value}', but must be {expected}.");

    /// <summary>The command line as a whole makes no sense.</summary>
    public static SandboxConfigurationException Because(string message) => new(ErrorCode.InvalidOption, message);

    /// <summary>There is nothing to run.</summary>
    public static SandboxConfigurationException NoCommand() =>
        new(ErrorCode.CommandEmpty, "there is no command to run. Put it after '--', such as 'mayfly run -- uname -r'.");

    /// <summary>The host's own standard streams fail us, for instance because a disk is full.</summary>
    public static SandboxTransferException HostStream(StandardStreamException exception) =>
        new(ErrorCode.HostWriteFailed, $"{exception.Message}. Check what it is redirected to.", exception);

    /// <summary>A file that an option names can't be written.</summary>
    public static SandboxTransferException HostFile(string option, string path, Exception exception) =>
        new(ErrorCode.HostWriteFailed, $"{option} can't write '{path}': {exception.Message} Name a file in a folder that is there and yours.", exception);

    /// <summary>The first thing the parser did not understand.</summary>
    public static SandboxConfigurationException From(ParseResult parsed, bool hasSeparator)
    {
        var isRoot = parsed.CommandResult == parsed.RootCommandResult;
        var command = isRoot ? "mayfly" : $"mayfly {parsed.CommandResult.Command.Name}";
        var help = $"See '{command} --help'.";
        if (parsed.UnmatchedTokens is not [var token, ..])
        {
            return Because($"{parsed.Errors[0].Message.TrimEnd('.')}. {help}");
        }

        if (token.StartsWith('-'))
        {
            return Because($"{command} has no option '{token}'. {help}");
        }

        return isRoot
            ? Because($"mayfly has no command '{token}'. {help}")
            : Because(hasSeparator
                ? $"{command} does not know what to do with '{token}'. {help}"
                : $"{command} takes the guest's command after '--', such as '{command} -- {token}'. {help}");
    }
}
