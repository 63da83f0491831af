using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Transfer;

/// <summary>Unpacks a push: tar stream in, files out.</summary>
internal sealed class Unpacker(PushRequest request, ChannelInput input)
{
    private readonly TarReader _reader = new(input);
    private long _entries;
    private long _bytes;
    private long _skipped;

    /// <exception cref="TransferException">It could not be done in full.</exception>
    public TransferOutcome Run()
    {
        GuestPath.RequireAbsolute(request.Path);
        var root = _reader.Next() ?? throw new TransferException(FailureCode.BadRequest, "the tar stream is empty");
        if (GuestPath.Relative(root.Name).Length > 0)
        {
            throw new TransferException(FailureCode.BadRequest, $"the tar stream begins with '{root.Name}' instead of its root");
        }

        var target = PushTarget.Open(request, root);
        using var tree = target.Tree;
        for (var entry = root; entry is not null; entry = _reader.Next())
        {
            Unpack(tree, Place(target.RootName, GuestPath.Relative(entry.Name)), target.RootName, entry);
        }

        tree.FinishDirectories();
        return new TransferOutcome(_entries, _bytes, _skipped);
    }

    private static string Place(string rootName, string path) =>
        rootName.Length == 0 || path.Length == 0 ? rootName + path : $"{rootName}/{path}";

    private void Unpack(TargetTree tree, string path, string rootName, TarEntry entry)
    {
        switch (entry.Type)
        {
            case TarEntry.File when path.Length > 0:
                WriteFile(tree, path, entry);
                _bytes += entry.Size;
                break;
            case TarEntry.Directory:
                if (path.Length > 0)
                {
                    tree.MakeDirectory(path, entry);
                }

                input.Skip(entry.Size + TarFormat.Padding(entry.Size));
                break;
            case TarEntry.SymbolicLink when path.Length > 0:
                tree.MakeSymbolicLink(path, entry);
                break;
            case TarEntry.HardLink when path.Length > 0:
                tree.MakeHardLink(path, Place(rootName, GuestPath.Relative(entry.Target)));
                break;
            default:
                _skipped++;
                input.Skip(entry.Size + TarFormat.Padding(entry.Size));
                return;
        }

        _entries++;
    }

    private unsafe void WriteFile(TargetTree tree, string path, TarEntry entry)
    {
        using var file = tree.CreateFile(path);
        try
        {
            for (var left = entry.Size; left > 0;)
            {
                var piece = input.Peek(left);
                if (piece.IsEmpty)
                {
                    throw ChannelInput.Truncated();
                }

                // SAFETY: the piece is pinned for the call and its length passed along.
                nint written;
                fixed (byte* start = piece)
                {
                    written = Libc.Write(file, start, (nuint)piece.Length);
                }

                if (written < 0)
                {
                    throw tree.Failed("writing", path);
                }

                input.Take((int)written);
                left -= written;
            }

            input.Skip(TarFormat.Padding(entry.Size));
            var times = stackalloc TimeSpec[2];
            TargetTree.FillTimes(times, entry);

            // SAFETY: two times as the call demands.
            if (Libc.ChangeMode(file, entry.Mode) != 0 || Libc.SetTimes(file, times) != 0)
            {
                throw tree.Failed("setting the mode of", path);
            }
        }
        catch (TransferException)
        {
            tree.Remove(path);
            throw;
        }
    }
}
