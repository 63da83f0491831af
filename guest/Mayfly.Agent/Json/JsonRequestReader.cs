using System.Text;
using System.Text.Json;
using Mayfly.Agent.Messages;
using Mayfly.Protocol;

namespace Mayfly.Agent.Json;

/// <summary>
/// Reads a line of the form <c>{"command": string, "args": [string], "cwd": string?, "env": {string: string},
/// "stdin": string?}</c>, of which only the command is required. Standard input is plain text, not base64; other
/// properties are ignored.
/// </summary>
internal sealed class JsonRequestReader
{
    // Where agentd's agent, which is init too, has its own working directory.
    private const string DefaultDirectory = "/";

    private readonly Dictionary<string, string> _environment = [];
    private string? _command;
    private List<string> _arguments = [];
    private string? _workingDirectory;
    private string? _input;

    private JsonRequestReader()
    {
    }

    /// <exception cref="ProtocolException">It is malformed.</exception>
    public static JsonRequest Read(ReadOnlySpan<byte> line)
    {
        var fields = new JsonRequestReader();
        JsonText.ReadObject(line, "request", fields.ReadProperty);
        return fields.Create();
    }

    private JsonRequest Create()
    {
        var command = _command ?? throw new ProtocolException("a request without 'command'");
        if (string.IsNullOrWhiteSpace(command))
        {
            throw new ProtocolException("a request whose 'command' is blank");
        }

        var request = new ExecRequest
        {
            Argv = [command, .. _arguments],
            WorkingDirectory = Path.Combine(DefaultDirectory, _workingDirectory ?? ""),
            Environment = _environment,
            Input = _input is not null,
        };
        return new JsonRequest(request, _input is null ? null : Encoding.UTF8.GetBytes(_input));
    }

    private void ReadProperty(ref Utf8JsonReader reader, string name)
    {
        switch (name)
        {
            case "command":
                _command = reader.GetString();
                break;
            case "args":
                _arguments = JsonText.ReadTexts(ref reader);
                break;
            case "cwd":
                _workingDirectory = reader.GetString();
                break;
            case "env":
                JsonText.ReadProperties(ref reader, ReadVariable);
                break;
            case "stdin":
                _input = reader.GetString();
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private void ReadVariable(ref Utf8JsonReader reader, string name) => _environment[name] = reader.GetString()!;
}
