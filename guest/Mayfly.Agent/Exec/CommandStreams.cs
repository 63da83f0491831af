using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Exec;

/// <summary>The descriptors of one command: its own ends, and ours, which don't block.</summary>
internal sealed class CommandStreams : IDisposable
{
    private readonly List<Descriptor> _theirs = [];

    /// <summary>Where we write its input; null where it gets none.</summary>
    public Descriptor? Input { get; private set; }

    /// <summary>Where we read its output from.</summary>
    public Descriptor? Output { get; private set; }

    /// <summary>Where we read its errors from; null where it has a terminal.</summary>
    public Descriptor? Error { get; private set; }

    /// <summary>The terminal's master, for its size and foreground group; null without a terminal.</summary>
    public Descriptor? Terminal { get; private set; }

    public int ChildInput => _theirs[0].Number;

    public int ChildOutput => _theirs[1].Number;

    public int ChildError => _theirs[^1].Number;

    /// <exception cref="StartException">There are no more descriptors or terminals to be had.</exception>
    public static CommandStreams Open(ExecRequest request, Account owner)
    {
        var streams = new CommandStreams();
        try
        {
            if (request.Terminal is { } size)
            {
                streams.OpenTerminal(size, owner, request.Input);
            }
            else
            {
                streams.OpenPipes(request.Input);
            }

            return streams;
        }
        catch (NativeException exception)
        {
            streams.Dispose();
            throw new StartException(StartFailure.NoResources, exception.Message);
        }
    }

    /// <summary>The command has its ends; ours to keep open are only our own.</summary>
    public void CloseTheirs()
    {
        foreach (var descriptor in _theirs)
        {
            descriptor.Dispose();
        }
    }

    public void Dispose()
    {
        CloseTheirs();
        Input?.Dispose();
        Output?.Dispose();
        Error?.Dispose();
        Terminal?.Dispose();
    }

    private static unsafe (Descriptor Read, Descriptor Write) Pipe()
    {
        var ends = stackalloc int[2];

        // SAFETY: the kernel stores two ints.
        if (Libc.Pipe(ends, Linux.O_CLOEXEC) != 0)
        {
            throw NativeException.Last("making a pipe");
        }

        return (new Descriptor(ends[0]), new Descriptor(ends[1]));
    }

    private static Descriptor NonBlocking(Descriptor descriptor) =>
        Libc.Control(descriptor, Linux.F_SETFL, Linux.O_NONBLOCK) == 0
            ? descriptor
            : throw NativeException.Last("fcntl on a pipe");

    private static Descriptor Duplicate(Descriptor descriptor)
    {
        var copy = Libc.Duplicate(descriptor, Linux.F_DUPFD_CLOEXEC, 3);
        return copy.IsInvalid ? throw NativeException.Last("duplicating a terminal") : copy;
    }

    private void OpenTerminal(TerminalSize size, Account owner, bool input)
    {
        var terminal = PseudoTerminal.Open(size, owner);
        _theirs.AddRange([terminal.Slave, terminal.Slave]);
        Terminal = terminal.Master;

        // Each use has a descriptor of its own, because the loop watches a descriptor for one thing.
        Output = Duplicate(terminal.Master);
        Input = input ? Duplicate(terminal.Master) : null;
    }

    private void OpenPipes(bool input)
    {
        if (input)
        {
            (var theirs, Input) = Pipe();
            _theirs.Add(theirs);
            NonBlocking(Input);
        }
        else
        {
            var nothing = Libc.Open("/dev/null", Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
            _theirs.Add(nothing.IsInvalid ? throw NativeException.Last("opening /dev/null") : nothing);
        }

        (Output, var output) = Pipe();
        _theirs.Add(output);
        NonBlocking(Output);
        (Error, var error) = Pipe();
        _theirs.Add(error);
        NonBlocking(Error);
    }
}
