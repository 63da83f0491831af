using System.Net.Sockets;
using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Guests.Worker;

/// <summary>
/// What a worker does: listens on a Unix socket in the guest and does what the host asks for, one connection and one test after
/// another. It never ends by itself; its machine does. It blocks, on one thread: what takes turns on several has to be translated
/// again in each machine whose processor is emulated.
/// </summary>
/// <param name="tests">Runs the tests.</param>
internal sealed class WorkerServer(IWorkerTests tests)
{
    /// <summary>Serves for ever.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="announcement">A file, or a pipe that somebody reads from, to which a word is written once the socket is there.</param>
    public void Run(string path, string announcement)
    {
        using var console = new WorkerConsole();
        Console.SetOut(console);
        Console.SetError(console);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        File.WriteAllText(announcement, "listening\n");
        while (true)
        {
            using var connection = listener.Accept();
            using var stream = new NetworkStream(connection);
            Serve(stream, console);
        }
    }

    private void Serve(NetworkStream stream, WorkerConsole console)
    {
        var replies = new WorkerReplies(stream);
        console.Replies = replies;
        try
        {
            while (WorkerFrames.Read(stream) is { } frame && WorkerFormat.ReadRun(frame) is { Kind: not WorkerRunKind.Close } run)
            {
                Do(run, replies);
                WorkerCoverage.Send(replies);
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

    private void Do(WorkerRun run, WorkerReplies replies)
    {
        if (run.Kind == WorkerRunKind.Settle)
        {
            WorkerRest.Settle(tests.Assembly);
        }
        else
        {
            tests.RunAsync(run, replies).GetAwaiter().GetResult();
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
