using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mayfly.Native;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>
/// QEMU's machine protocol: one JSON object a line. QEMU greets, <c>qmp_capabilities</c> opens the conversation, answers carry
/// the id of their command, and events come in between. What QEMU sends is checked; nonsense ends the conversation.
/// </summary>
internal sealed class QmpClient : IAsyncDisposable
{
    /// <summary>Far above any answer to the commands that are used.</summary>
    public const int MaxLineBytes = 1024 * 1024;

    private readonly Stream _stream;
    private readonly Action<QmpEvent> _onEvent;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonElement>> _pending = [];
    private readonly TaskCompletionSource _greeted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private long _lastId;
    private volatile string? _endReason;

    private QmpClient(Stream stream, Action<QmpEvent> onEvent)
    {
        _stream = stream;
        _onEvent = onEvent;
        Closed = ReadAsync();
    }

    /// <summary>Completes when the conversation has ended, with the reason; never faults. All events have been given by then.</summary>
    public Task<string> Closed { get; }

    /// <summary>Waits for the greeting and opens the conversation. The client owns the stream.</summary>
    /// <param name="stream">To the monitor.</param>
    /// <param name="onEvent">Called for each event, in their order; must neither throw nor wait.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="QmpException">The conversation ended first, or QEMU refused.</exception>
    public static async Task<QmpClient> OpenAsync(Stream stream, Action<QmpEvent> onEvent, CancellationToken cancellationToken)
    {
        var client = new QmpClient(stream, onEvent);
        try
        {
            await client._greeted.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            await client.ExecuteAsync("qmp_capabilities", null, cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Carries a command out and returns its answer.</summary>
    /// <exception cref="QmpException">QEMU refused, or the conversation ended first.</exception>
    public Task<JsonElement> ExecuteAsync(string command, JsonObject? arguments, CancellationToken cancellationToken) =>
        ExecuteAsync(command, arguments, null, cancellationToken);

    /// <summary>Carries a command out that a descriptor goes with. The conversation must be over a socket.</summary>
    /// <exception cref="QmpException">QEMU refused, or the conversation ended first.</exception>
    public Task<JsonElement> SendAsync(string command, JsonObject? arguments, SafeFileHandle descriptor, CancellationToken cancellationToken) =>
        ExecuteAsync(command, arguments, descriptor, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        await Closed.ConfigureAwait(false);
    }

    private async Task<JsonElement> ExecuteAsync(string command, JsonObject? arguments, SafeFileHandle? descriptor, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = answer;
        try
        {
            var message = new JsonObject { ["execute"] = command, ["id"] = id };
            if (arguments is not null)
            {
                message["arguments"] = arguments;
            }

            // Looked at after the answer has been entered: an end that comes later fails it.
            if (_endReason is { } reason)
            {
                throw new QmpException(reason);
            }

            await WriteAsync(message, descriptor, cancellationToken).ConfigureAwait(false);
            return await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _pending.TryRemove(id, out _);
        }
    }

    private async Task WriteAsync(JsonObject message, SafeFileHandle? descriptor, CancellationToken cancellationToken)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(message), (byte)'\n'];
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (descriptor is not null)
            {
                Send(line, descriptor);
                return;
            }

            await _stream.WriteAsync(line, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new QmpException($"the monitor can't be spoken to: {e.Message}");
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>In one piece: a line with a descriptor is short, and nothing else is under way.</summary>
    private void Send(byte[] line, SafeFileHandle descriptor)
    {
        if (DescriptorMessage.Send(((NetworkStream)_stream).Socket.SafeHandle, line, descriptor) != line.Length)
        {
            throw new IOException($"the descriptor could not be passed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private async Task<string> ReadAsync()
    {
        var reason = "the monitor closed the conversation";
        try
        {
            var lines = new QmpLines(_stream, MaxLineBytes);
            while (await lines.ReadAsync().ConfigureAwait(false) is { } line)
            {
                if (line.AsSpan().Trim(" \t\r"u8).Length > 0)
                {
                    Handle(line);
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or JsonException or InvalidOperationException)
        {
            reason = $"the conversation with the monitor broke: {e.Message}";
        }

        _endReason = reason;
        _greeted.TrySetException(new QmpException(reason));
        _ = _greeted.Task.Exception;
        foreach (var answer in _pending.Values)
        {
            answer.TrySetException(new QmpException(reason));
            _ = answer.Task.Exception;
        }

        return reason;
    }

    private void Handle(byte[] line)
    {
        using var document = JsonDocument.Parse(line);
        var message = document.RootElement;
        if (message.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("a message of the monitor is not an object");
        }

        if (message.TryGetProperty("QMP", out _))
        {
            _greeted.TrySetResult();
        }
        else if (message.TryGetProperty("event", out var name) && name.ValueKind == JsonValueKind.String)
        {
            _onEvent(new QmpEvent(name.GetString()!, message.TryGetProperty("data", out var data) ? data.Clone() : default));
        }
        else if (message.TryGetProperty("id", out var id)
            && id.ValueKind == JsonValueKind.Number
            && id.TryGetInt64(out var number)
            && _pending.TryGetValue(number, out var answer))
        {
            Settle(answer, message);
        }
    }

    private static void Settle(TaskCompletionSource<JsonElement> answer, JsonElement message)
    {
        if (message.TryGetProperty("return", out var result))
        {
            answer.TrySetResult(result.Clone());
            return;
        }

        var reason = message.TryGetProperty("error", out var error)
            && error.ValueKind == JsonValueKind.Object
            && error.TryGetProperty("desc", out var text)
            && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : "no reason given";
        answer.TrySetException(new QmpException($"the monitor refused: {reason}"));
    }
}
