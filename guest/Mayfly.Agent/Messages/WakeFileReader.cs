using System.Text.Json;
using Mayfly.Protocol;

namespace Mayfly.Agent.Messages;

/// <summary>Reads a <see cref="WakeFile"/>.</summary>
internal sealed class WakeFileReader
{
    private const int PermissionBits = 0xfff;

    private string? _path;
    private int? _mode;
    private byte[]? _content;
    private uint _userId;
    private uint _groupId;
    private int _folderMode = WakeFile.CommonFolder;

    private WakeFileReader()
    {
    }

    /// <summary>The reader stands on the object's start.</summary>
    /// <exception cref="ProtocolException">It is no file of any machine.</exception>
    public static WakeFile Read(ref Utf8JsonReader reader)
    {
        var fields = new WakeFileReader();
        JsonText.ReadProperties(ref reader, fields.ReadProperty);
        if (fields._path is not { Length: > 1 } path || path[0] != '/' || path[^1] == '/' || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new ProtocolException($"a file to be made without an absolute path: '{fields._path}'");
        }

        return new WakeFile(
            path,
            RequireMode(fields._mode, path),
            fields._content ?? throw new ProtocolException($"the file '{path}' without a content"),
            fields._userId,
            fields._groupId,
            RequireMode(fields._folderMode, path));
    }

    private static int RequireMode(int? mode, string path) =>
        mode is >= 0 and <= PermissionBits and var bits ? bits : throw new ProtocolException($"the file '{path}' without permissions");

    private void ReadProperty(ref Utf8JsonReader reader, string name)
    {
        switch (name)
        {
            case "path":
                _path = reader.GetString();
                break;
            case "mode":
                _mode = reader.GetInt32();
                break;
            case "content":
                _content = reader.GetBytesFromBase64();
                break;
            case "userId":
                _userId = reader.GetUInt32();
                break;
            case "groupId":
                _groupId = reader.GetUInt32();
                break;
            case "folderMode":
                _folderMode = reader.GetInt32();
                break;
            default:
                reader.Skip();
                break;
        }
    }
}
