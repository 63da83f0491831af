using Mayfly.Images.Tools;

namespace Mayfly.Diagnostics;

/// <summary>Tells what a process is to Mayfly by its name, its program and its arguments.</summary>
internal static class ProcessRole
{
    private const string Agent = "mayfly-agent";
    private const string KeeperWord = "keeper";
    private const string Deleted = " (deleted)";

    /// <summary>The command as a tool, as a program of its own and as what the runtime is told to run.</summary>
    private static readonly HashSet<string> _commands = ["mayfly", "Mayfly.Cli", "Mayfly.Cli.dll"];

    /// <summary>What makes images; dpkg-deb has tar write what it unpacks.</summary>
    private static readonly HashSet<string> _tools =
    [
        .. new[] { Tool.AptGet, Tool.AptCache, Tool.DpkgDeb, Tool.Lz4, Tool.Xz, Tool.Zstd, Tool.MakeErofs }.Select(tool => tool.Program),
        "tar",
    ];

    /// <summary>Its role in words; null where it is none of ours.</summary>
    /// <param name="scope">What is ours.</param>
    /// <param name="stat">What the kernel tells of it.</param>
    /// <param name="program">The path of its program; null where it can't be read. May say that the file is deleted.</param>
    /// <param name="arguments">Its command line, the program's name first; empty for zombies.</param>
    public static string? Of(InventoryScope scope, ProcessStat stat, string? program, IReadOnlyList<string> arguments)
    {
        // A zombie has neither program nor command line any more, nor has what will be one in a moment, so only its name can
        // tell; a tool has none of its own.
        if (stat.IsZombie || (stat.IsExiting && arguments.Count == 0))
        {
            return stat.Name == Agent ? "zombie of the agent" : InventoryScope.IsMonitorName(stat.Name) ? "zombie of a monitor" : null;
        }

        if (arguments.Count == 0)
        {
            return null;
        }

        var names = new[] { FileName(arguments[0]), FileName(program ?? "") };
        if (names.Contains(Agent))
        {
            return "agent";
        }

        if (IsKeeper(arguments))
        {
            return "keeper";
        }

        if (names.Any(IsQemu) && IsOurMachine(scope, arguments))
        {
            return "monitor";
        }

        return names.FirstOrDefault(_tools.Contains) is { } tool && arguments.Any(argument => NamesCache(scope, argument))
            ? $"image building by {tool}"
            : null;
    }

    /// <summary><c>mayfly keeper ...</c>, with or without the runtime's own program and options in front.</summary>
    private static bool IsKeeper(IReadOnlyList<string> arguments) => arguments
        .TakeWhile(argument => argument != "--")
        .Zip(arguments.Skip(1))
        .Any(pair => pair.Second == KeeperWord && _commands.Contains(FileName(pair.First)));

    private static bool IsQemu(string name) => name.StartsWith("qemu-", StringComparison.Ordinal) || name is "kvm";

    /// <summary>It is named as ours are, or has something to do with a directory of ours, whatever its user calls it.</summary>
    private static bool IsOurMachine(InventoryScope scope, IReadOnlyList<string> arguments) =>
        arguments.Zip(arguments.Skip(1)).Any(pair => pair.First == "-name" && InventoryScope.HasPrefix(pair.Second))
        || arguments.Any(argument => scope.Roots.Any(root => argument.Contains($"{root}/", StringComparison.Ordinal)));

    private static bool NamesCache(InventoryScope scope, string argument) =>
        scope.Cache is { } cache && argument.Contains($"{cache}/", StringComparison.Ordinal);

    private static string FileName(string path) =>
        Path.GetFileName(path.EndsWith(Deleted, StringComparison.Ordinal) ? path[..^Deleted.Length] : path);
}
