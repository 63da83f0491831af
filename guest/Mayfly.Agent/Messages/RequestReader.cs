using System.Text.Json;
using Mayfly.Protocol;

namespace Mayfly.Agent.Messages;

/// <summary>Reads a <see cref="Request"/>.</summary>
internal sealed class RequestReader
{
    // The record's own default, which a property left out must keep.
    private static readonly long _defaultGraceMs = new ExecRequest { Argv = [] }.GraceMs;

    private readonly Dictionary<string, string> _environment = [];
    private string? _operation;
    private List<string> _argv = [];
    private string? _workingDirectory;
    private string? _user;
    private bool _input;
    private TerminalSize? _terminal;
    private long? _timeoutMs;
    private long _graceMs = _defaultGraceMs;
    private long? _memoryBytes;
    private int? _maxProcesses;
    private string? _path;
    private string? _name;
    private int? _port;
    private long? _connection;

    private RequestReader()
    {
    }

    /// <exception cref="ProtocolException">It is malformed, or of a kind this agent does not know.</exception>
    public static Request Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new RequestReader();
        JsonText.ReadObject(bytes, "request", fields.ReadProperty);
        return fields.Create();
    }

    private Request Create() => _operation switch
    {
        "exec" => new ExecRequest
        {
            Argv = _argv,
            WorkingDirectory = _workingDirectory,
            Environment = _environment,
            User = _user,
            Input = _input,
            Terminal = _terminal,
            TimeoutMs = _timeoutMs,
            GraceMs = _graceMs,
            MemoryBytes = _memoryBytes,
            MaxProcesses = _maxProcesses,
        },
        "push" => new PushRequest { Path = Require(_path, "path"), Name = Require(_name, "name") },
        "pull" => new PullRequest { Path = Require(_path, "path") },
        "forward" => new ForwardRequest { Port = _port, Path = _path },
        "listen" => new ListenRequest { Port = Require(_port, "port") },
        "accept" => new AcceptRequest { Connection = Require(_connection, "connection") },
        "freeze" => new FreezeRequest(),
        _ => throw new ProtocolException($"this agent does not know the operation '{_operation}'"),
    };

    private string Require(string? value, string name) => value ?? throw Missing(name);

    private T Require<T>(T? value, string name)
        where T : struct => value ?? throw Missing(name);

    private ProtocolException Missing(string name) => new($"a request to {_operation} without '{name}'");

    private void ReadProperty(ref Utf8JsonReader reader, string name)
    {
        switch (name)
        {
            case "op":
                _operation = reader.GetString();
                break;
            case "argv":
                _argv = JsonText.ReadTexts(ref reader);
                break;
            case "workingDirectory":
                _workingDirectory = reader.GetString();
                break;
            case "environment":
                JsonText.ReadProperties(ref reader, ReadVariable);
                break;
            case "user":
                _user = reader.GetString();
                break;
            case "input":
                _input = reader.GetBoolean();
                break;
            case "terminal":
                _terminal = SizeReader.Read(ref reader);
                break;
            case "timeoutMs":
                _timeoutMs = reader.GetInt64();
                break;
            case "graceMs":
                _graceMs = reader.GetInt64();
                break;
            case "memoryBytes":
                _memoryBytes = reader.GetInt64();
                break;
            case "maxProcesses":
                _maxProcesses = reader.GetInt32();
                break;
            case "path":
                _path = reader.GetString();
                break;
            case "name":
                _name = reader.GetString();
                break;
            case "port":
                _port = reader.GetInt32();
                break;
            case "connection":
                _connection = reader.GetInt64();
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private void ReadVariable(ref Utf8JsonReader reader, string name) => _environment[name] = reader.GetString()!;
}
