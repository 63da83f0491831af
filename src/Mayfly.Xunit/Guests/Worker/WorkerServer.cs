using System.Net.Sockets;
using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Guests.Worker;

/// <summary>
/// What a worker does: listens on a Unix socket in the guest and runs what the host asks for, one connection and one test after
/// another. It never ends by itself; its machine does.
/// </summary>
/// <param name="tests">Runs the tests.</param>
internal sealed class WorkerServer(IWorkerTests tests)
{
    /// <summary>Serves for ever.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="announcement">A file, or a pipe that somebody reads from, to which a word is written once the socket is there.</param>
    public async Task RunAsync(string path, string announcement)
    {
        using var console = new WorkerConsole();
        Console.SetOut(console);
        Console.SetError(console);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        await File.WriteAllTextAsync(announcement, "listening\n").ConfigureAwait(false);
        while (true)
        {
            var connection = await listener.AcceptAsync().ConfigureAwait(false);
            var stream = new NetworkStream(connection, ownsSocket: true);
            await using (stream.ConfigureAwait(false))
            {
                await ServeAsync(stream, console).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeAsync(NetworkStream stream, WorkerConsole console)
    {
        var replies = new WorkerReplies(stream);
        console.Replies = replies;
        try
        {
            while (await WorkerFrames.ReadAsync(stream, CancellationToken.None).ConfigureAwait(false) is { } frame)
            {
                await tests.RunAsync(WorkerFormat.ReadRun(frame), replies).ConfigureAwait(false);
                replies.Send(new WorkerMessage(WorkerMessageKind.Finished, HasArtifacts() ? GuestMachine.ArtifactsFolder : ""));
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            // The host has gone, or is none; another connection may be better.
        }
        finally
        {
            console.Replies = null;
        }
    }

    private static bool HasArtifacts()
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(GuestMachine.ArtifactsFolder).Any();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A test may have removed the folder.
            return false;
        }
    }
}
