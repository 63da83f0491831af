using System.Runtime.InteropServices;
using System.Text;

namespace Mayfly.Agent.Native;

/// <summary>Unmanaged memory that lives until disposal, for what a call outside the collector's sight points at.</summary>
internal sealed unsafe class NativeArena : IDisposable
{
    private readonly List<nint> _blocks = [];

    /// <summary>Zeroed memory.</summary>
    public void* Allocate(int bytes)
    {
        var block = NativeMemory.AllocZeroed((nuint)Math.Max(bytes, 1));
        _blocks.Add((nint)block);
        return block;
    }

    /// <summary>A NUL-terminated UTF-8 string.</summary>
    public byte* Text(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var copy = (byte*)Allocate(length + 1);

        // SAFETY: the block is one longer than the text, and zeroed.
        Encoding.UTF8.GetBytes(text, new Span<byte>(copy, length));
        return copy;
    }

    /// <summary>A null-terminated array of strings, such as argv.</summary>
    public byte** Texts(IReadOnlyList<string> texts)
    {
        var array = (byte**)Allocate((texts.Count + 1) * sizeof(byte*));
        for (var index = 0; index < texts.Count; index++)
        {
            // SAFETY: the array has one more element than there are strings.
            array[index] = Text(texts[index]);
        }

        return array;
    }

    public void Dispose()
    {
        foreach (var block in _blocks)
        {
            NativeMemory.Free((void*)block);
        }

        _blocks.Clear();
    }
}
