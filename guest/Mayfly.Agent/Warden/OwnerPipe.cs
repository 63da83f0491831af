using System.Runtime.InteropServices;
using Mayfly.Agent.Native;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden;

/// <summary>The lines an owner sends, and the end of them.</summary>
internal sealed unsafe class OwnerPipe(Descriptor input)
{
    private const int ReadBytes = 64 * 1024;

    private byte[] _buffer = new byte[ReadBytes];
    private int _length;

    /// <summary>Whether the owner has closed it or said more in one line than anyone may.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>The next line that is whole; null where there is none yet.</summary>
    public byte[]? TakeLine()
    {
        var end = _buffer.AsSpan(0, _length).IndexOf((byte)'\n');
        if (end < 0)
        {
            return null;
        }

        var line = _buffer[..end];
        _buffer.AsSpan(end + 1, _length - end - 1).CopyTo(_buffer);
        _length -= end + 1;
        return line;
    }

    /// <summary>Waits for the next whole line; null at the end.</summary>
    public byte[]? ReadLine()
    {
        byte[]? line;
        while ((line = TakeLine()) is null && !IsEnded)
        {
            Fill();
        }

        return line;
    }

    /// <summary>Reads what has come; waits where nothing has.</summary>
    public void Fill()
    {
        if (_length == _buffer.Length)
        {
            if (_length > FlatJson.MaxLineBytes)
            {
                IsEnded = true;
                return;
            }

            Array.Resize(ref _buffer, _length * 2);
        }

        // SAFETY: reads into the rest of the pinned array only.
        fixed (byte* start = _buffer)
        {
            var count = Libc.Read(input, start + _length, (nuint)(_buffer.Length - _length));
            if (count > 0)
            {
                _length += (int)count;
            }
            else
            {
                IsEnded = count == 0 || Marshal.GetLastPInvokeError() != Errno.EINTR;
            }
        }
    }
}
