using System.Diagnostics;

namespace Mayfly.Tests.Agent;

/// <summary>A file that not even root can remove, or the directory it is in, until it is disposed of; only root can make it.</summary>
internal sealed class StuckFile : IDisposable
{
    private readonly string _tree;

    /// <param name="path">The file, which is made.</param>
    /// <param name="tree">It stays somewhere below this, wherever it may be moved; an ordinary file system.</param>
    public StuckFile(string path, string tree)
    {
        _tree = tree;
        File.WriteAllText(path, "");
        Assert.Equal(0, Run("+i", path));
    }

    public void Dispose() => Run("-R", "-f", "-i", _tree);

    private static int Run(params string[] arguments)
    {
        using var process = Process.Start("chattr", arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
