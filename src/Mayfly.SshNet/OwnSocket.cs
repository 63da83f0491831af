using System.Globalization;
using System.Net;

namespace Mayfly.SshNet;

/// <summary>
/// Whether this very process is at the other end of a connection over the loopback: by the kernel's table of connections, in
/// which the other end's socket has its number, and by the descriptors that this process has.
/// </summary>
internal static class OwnSocket
{
    // Of /proc/net/tcp and its sister for sockets that can do both, which have IPv4 addresses in a coat.
    private const int LocalColumn = 1;
    private const int RemoteColumn = 2;
    private const int InodeColumn = 9;
    private const string Coat = "0000000000000000FFFF0000";

    /// <param name="peer">The other end, as it was accepted.</param>
    /// <param name="local">This end.</param>
    public static bool IsPeer(IPEndPoint peer, IPEndPoint local)
    {
        var (theirs, ours) = (InTable(peer), InTable(local));
        var inode = File.ReadLines("/proc/net/tcp")
            .Concat(File.ReadLines("/proc/net/tcp6").Select(line => line.Replace(Coat, "", StringComparison.Ordinal)))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(words => words.Length > InodeColumn && words[LocalColumn] == theirs && words[RemoteColumn] == ours)
            ?[InodeColumn];
        return inode is not null and not "0"
            && Directory.EnumerateFileSystemEntries("/proc/self/fd").Any(descriptor => TargetOf(descriptor) == $"socket:[{inode}]");
    }

    /// <summary>As the table has it: the address as the machine has it in memory, the port as people write it.</summary>
    private static string InTable(IPEndPoint endPoint) =>
        string.Create(CultureInfo.InvariantCulture, $"{BitConverter.ToUInt32(endPoint.Address.GetAddressBytes()):X8}:{endPoint.Port:X4}");

    private static string? TargetOf(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget;
        }
        catch (IOException)
        {
            // Closed meanwhile, so it is not what is looked for.
            return null;
        }
    }
}
