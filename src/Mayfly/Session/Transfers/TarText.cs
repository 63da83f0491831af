using System.Text;

namespace Mayfly.Session.Transfers;

/// <summary>Reads names from tar headers: UTF-8 or nothing, since a name that changed on the way is another name.</summary>
internal static class TarText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="SandboxTransferException">It is not UTF-8.</exception>
    public static string Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw TransferErrors.Unsafe(Encoding.Latin1.GetString(bytes), "its name or target is not UTF-8");
        }
    }

    /// <summary>Reads a header field that ends at its first zero byte.</summary>
    public static string ReadField(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Read(end < 0 ? field : field[..end]);
    }
}
