using System.Buffers.Binary;
using System.Text;

namespace Mayfly.Agent.Native;

/// <summary>Reads a directory entry by entry, names as the bytes they are; <c>.</c> and <c>..</c> are left out.</summary>
internal sealed class DirectoryReader(Descriptor directory)
{
    private const int LengthOffset = 16;
    private const int NameOffset = 19;

    private readonly byte[] _buffer = new byte[4096];
    private int _length;
    private int _next;
    private int _nameStart;
    private int _nameLength;

    /// <summary>The current entry's name, without its NUL.</summary>
    public ReadOnlySpan<byte> Name => _buffer.AsSpan(_nameStart, _nameLength);

    public string NameText => Encoding.UTF8.GetString(Name);

    public bool Next()
    {
        while (true)
        {
            if (_next == _length && !Fill())
            {
                return false;
            }

            var entry = _buffer.AsSpan(_next, BinaryPrimitives.ReadUInt16LittleEndian(_buffer.AsSpan(_next + LengthOffset)));
            _nameStart = _next + NameOffset;
            _nameLength = entry[NameOffset..].IndexOf((byte)0);
            _next += entry.Length;
            if (!Name.SequenceEqual("."u8) && !Name.SequenceEqual(".."u8))
            {
                return true;
            }
        }
    }

    private unsafe bool Fill()
    {
        // SAFETY: the kernel writes whole entries into the pinned array, never past its length.
        fixed (byte* start = _buffer)
        {
            var count = Libc.SystemCall(LinuxX64.SYS_getdents64, directory, (nint)start, _buffer.Length, 0);
            if (count < 0)
            {
                throw NativeException.Last("reading a directory");
            }

            (_next, _length) = (0, (int)count);
            return count > 0;
        }
    }
}
