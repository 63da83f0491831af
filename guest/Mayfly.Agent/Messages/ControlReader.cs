using System.Text.Json;
using Mayfly.Protocol;

namespace Mayfly.Agent.Messages;

/// <summary>Reads a <see cref="Control"/>.</summary>
internal sealed class ControlReader
{
    private string? _operation;
    private int _signal;
    private TerminalSize? _size;

    private ControlReader()
    {
    }

    /// <exception cref="ProtocolException">It is malformed, or of a kind this agent does not know.</exception>
    public static Control Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new ControlReader();
        JsonText.ReadObject(bytes, "control message", fields.ReadProperty);
        return fields._operation switch
        {
            "signal" => new SignalControl(fields._signal),
            "resize" => new ResizeControl(fields._size ?? throw new ProtocolException("a resize without a size")),
            "cancel" => new CancelControl(),
            var unknown => throw new ProtocolException($"this agent does not know the control message '{unknown}'"),
        };
    }

    private void ReadProperty(ref Utf8JsonReader reader, string name)
    {
        switch (name)
        {
            case "op":
                _operation = reader.GetString();
                break;
            case "signal":
                _signal = reader.GetInt32();
                break;
            case "size":
                _size = SizeReader.Read(ref reader);
                break;
            default:
                reader.Skip();
                break;
        }
    }
}
