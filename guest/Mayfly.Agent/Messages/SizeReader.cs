using System.Text.Json;
using Mayfly.Protocol;

namespace Mayfly.Agent.Messages;

/// <summary>Reads a <see cref="TerminalSize"/>.</summary>
internal sealed class SizeReader
{
    private int _columns;
    private int _rows;

    private SizeReader()
    {
    }

    /// <summary>The reader stands on the object's start.</summary>
    public static TerminalSize Read(ref Utf8JsonReader reader)
    {
        var fields = new SizeReader();
        JsonText.ReadProperties(ref reader, fields.ReadProperty);
        return new TerminalSize(fields._columns, fields._rows);
    }

    private void ReadProperty(ref Utf8JsonReader reader, string name)
    {
        switch (name)
        {
            case "columns":
                _columns = reader.GetInt32();
                break;
            case "rows":
                _rows = reader.GetInt32();
                break;
            default:
                reader.Skip();
                break;
        }
    }
}
