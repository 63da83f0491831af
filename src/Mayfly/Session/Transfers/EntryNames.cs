using System.Text;

namespace Mayfly.Session.Transfers;

/// <summary>Decides which names and link targets from a guest may appear on the host.</summary>
internal static class EntryNames
{
    /// <summary>The root's name.</summary>
    public const string Root = ".";

    private const int MaxPathBytes = 4095;
    private const int MaxComponentBytes = 255;

    /// <summary>The entry's path without a directory's closing slash; made of plain components only.</summary>
    /// <exception cref="SandboxTransferException">MAY3013: it is anything else.</exception>
    public static string Check(TarEntry entry)
    {
        var name = entry.Kind == TarEntryKind.Directory && entry.Name.Length > 1 && entry.Name.EndsWith('/') ? entry.Name[..^1] : entry.Name;
        if (name == Root)
        {
            return name;
        }

        if (name.StartsWith('/'))
        {
            throw TransferErrors.Unsafe(entry.Name, "its name is absolute");
        }

        if (Encoding.UTF8.GetByteCount(name) > MaxPathBytes)
        {
            throw TransferErrors.Unsafe(entry.Name, $"its name is longer than {MaxPathBytes} bytes");
        }

        foreach (var component in name.Split('/'))
        {
            if (!IsPlainComponent(component))
            {
                throw TransferErrors.Unsafe(entry.Name, "its name has an empty, over-long or dot component or a zero byte");
            }
        }

        return name;
    }

    /// <summary>Whether it can only name something directly in the directory it is used in.</summary>
    public static bool IsPlainComponent(string component) =>
        component is not ("" or "." or "..")
        && !component.AsSpan().ContainsAny('/', '\0')
        && Encoding.UTF8.GetByteCount(component) <= MaxComponentBytes;

    /// <summary>
    /// Refuses a link that a later reader on the host would follow out of the target. <c>..</c> is allowed only at the
    /// beginning and only as often as the link is deep: its directories are real ones, so these steps are sure. After
    /// a plain component a <c>..</c> could start from wherever another link leads.
    /// </summary>
    /// <exception cref="SandboxTransferException">MAY3013: it would, or might.</exception>
    public static void CheckLink(string name, string target)
    {
        if (target.Length == 0 || target.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(target) > MaxPathBytes)
        {
            throw TransferErrors.Unsafe(name, "its link target is empty, over-long or has a zero byte");
        }

        if (target[0] == '/')
        {
            throw TransferErrors.Unsafe(name, $"it links to the absolute path '{GuestMessages.Clean(target)}'");
        }

        var depth = name == Root ? 0 : name.AsSpan().Count('/');
        var climbing = true;
        foreach (var component in target.Split('/'))
        {
            if (component == ".." && (!climbing || --depth < 0))
            {
                throw TransferErrors.Unsafe(name, $"its link target '{GuestMessages.Clean(target)}' leads or might lead out of what is pulled");
            }

            climbing &= component is "" or "." or "..";
        }
    }
}
