using System.Text;
using Mayfly.Protocol;

namespace Mayfly.Agent.Transfer;

/// <summary>Paths as the host gives them.</summary>
internal static class GuestPath
{
    /// <exception cref="TransferException">It is not absolute.</exception>
    public static void RequireAbsolute(string? path)
    {
        if (path is null || !path.StartsWith('/') || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new TransferException(FailureCode.BadRequest, $"the guest path '{path}' is not an absolute path", path);
        }
    }

    /// <summary>An entry's path below its root without empty and <c>.</c> components; empty for the root itself.</summary>
    /// <exception cref="TransferException">It would lead out of the root.</exception>
    public static string Relative(string name)
    {
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToArray();
        if (name.StartsWith('/') || name.Contains('\0', StringComparison.Ordinal) || parts.Contains(".."))
        {
            throw new TransferException(FailureCode.BadRequest, $"the entry '{name}' would land outside its root", name);
        }

        return string.Join('/', parts);
    }

    /// <summary>Splits into the directory, empty where there is none, and the last component.</summary>
    public static (string Directory, string Leaf) Split(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? ("", path) : (path[..slash], path[(slash + 1)..]);
    }

    public static byte[] Native(string path)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(path) + 1];
        Encoding.UTF8.GetBytes(path, bytes);
        return bytes;
    }
}
