using System.Buffers;

namespace Mayfly.MSBuild.Outputs;

/// <summary>The name of a file or a folder that a guest has chosen.</summary>
internal static class GuestFileName
{
    /// <summary>MSBuild takes a backslash for a separator, so that <c>..\a</c> would lead out of its folder; command lines are quoted with the other.</summary>
    private static readonly SearchValues<char> _misread = SearchValues.Create('\\', '"');

    /// <summary>Why it is not taken; null where it is.</summary>
    /// <param name="name">Without its folder.</param>
    /// <param name="allowsConfiguration">Whether it may be one that tools obey.</param>
    public static string? FaultOf(string name, bool allowsConfiguration)
    {
        var safe = GuestText.Neutralise(name);

        // Lists of files, such as a stamp, have one on each line, and the names go to other tasks, such as the compiler, which print them as they are.
        return safe != name ? $"holds '{safe}', in whose name are control characters or a command to a CI system, which are made visible here"
            : name.AsSpan().ContainsAny(_misread) ? $"holds '{safe}', in whose name is a backslash or a double quote, which the build would not read as part of a name"
            : !allowsConfiguration && ConfigurationFile.IsSuspect(name) ? $"holds '{safe}', which by its name tools on the host may obey. Let the command remove it or give it another name, or, where you trust the guest with that, set AllowConfigurationFiles=\"true\""
            : null;
    }
}
