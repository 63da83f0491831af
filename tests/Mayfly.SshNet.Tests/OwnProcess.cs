using System.Diagnostics;
using Mayfly.Tests.Session;

namespace Mayfly.SshNet.Tests;

/// <summary>What the test's own process has.</summary>
internal static class OwnProcess
{
    // As the runtime names threads for long work, in the fifteen characters that the kernel keeps.
    private const string BlockingThread = ".NET Long Runni";

    public static int Sockets() => Directory.EnumerateFileSystemEntries("/proc/self/fd")
        .Count(descriptor => new FileInfo(descriptor).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    public static int BlockingThreads() => Directory.EnumerateDirectories("/proc/self/task").Count(thread => NameOf(thread) == BlockingThread);

    /// <summary>A thread goes a moment after its work is done, and nothing tells when. The test's runner has some of its own.</summary>
    public static async Task HasNoMoreBlockingThreadsAsync(int than)
    {
        var began = Stopwatch.GetTimestamp();
        while (BlockingThreads() > than)
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < SessionFixture.Patience, "a thread lives on");
            await Task.Delay(20);
        }
    }

    private static string NameOf(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm")).TrimEnd();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
