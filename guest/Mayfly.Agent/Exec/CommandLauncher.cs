using Mayfly.Agent.Boot;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Exec;

/// <summary>Turns a request into a running process.</summary>
internal static unsafe class CommandLauncher
{
    /// <returns>The process id.</returns>
    /// <exception cref="StartException">It did not start, and why.</exception>
    public static int Start(ExecRequest request, Account account, CommandStreams streams, IProcessTree tree)
    {
        var environment = CommandEnvironment.Build(request, account);
        var candidates = ProgramPath.Candidates(request.Argv[0], environment.GetValueOrDefault("PATH", CommandEnvironment.DefaultPath));
        using var arena = new NativeArena();
        var plan = (SpawnPlan*)arena.Allocate(sizeof(SpawnPlan));
        plan->Candidates = arena.Texts(candidates);
        plan->Arguments = arena.Texts(request.Argv);
        plan->Environment = arena.Texts([.. environment.Select(variable => $"{variable.Key}={variable.Value}")]);
        plan->WorkingDirectory = arena.Text(request.WorkingDirectory ?? account.Home);
        plan->FallbackDirectory = request.WorkingDirectory is null ? arena.Text("/") : null;
        plan->Input = streams.ChildInput;
        plan->Output = streams.ChildOutput;
        plan->Error = streams.ChildError;
        if (tree.JoinDescriptor >= 0)
        {
            plan->ControlGroups = (int*)arena.Allocate(sizeof(int));
            plan->ControlGroups[0] = tree.JoinDescriptor;
            plan->ControlGroupCount = 1;
        }

        plan->Terminal = streams.Terminal is not null;

        // Who is not root can't change it, not even to what it is already.
        plan->ChangeIdentity = Libc.EffectiveUserId() == 0
            || Libc.EffectiveUserId() != account.UserId
            || Libc.EffectiveGroupId() != account.GroupId;
        plan->UserId = account.UserId;
        plan->GroupId = account.GroupId;
        plan->GroupCount = account.Groups.Count;
        plan->Groups = (uint*)arena.Allocate(account.Groups.Count * sizeof(uint));
        for (var index = 0; index < account.Groups.Count; index++)
        {
            plan->Groups[index] = account.Groups[index];
        }

        plan->OpenFiles = (ResourceLimit*)arena.Allocate(sizeof(ResourceLimit));
        *plan->OpenFiles = OpenFileLimit.OfCommands;
        var process = Spawner.Start(plan);
        return plan->FailedStage == SpawnStage.Started ? process : throw Explain(request, account, candidates, plan);
    }

    private static StartException Explain(ExecRequest request, Account account, IReadOnlyList<string> candidates, SpawnPlan* plan)
    {
        var program = request.Argv[0];
        var errno = plan->FailedErrno;
        var reason = NativeException.Describe(errno);
        if (errno is Errno.EAGAIN or Errno.ENOMEM or Errno.EMFILE or Errno.ENFILE)
        {
            return new StartException(StartFailure.NoResources, $"'{program}' could not start: {reason}");
        }

        return plan->FailedStage switch
        {
            SpawnStage.WorkingDirectory => new StartException(
                StartFailure.BadWorkingDirectory,
                $"the working directory '{request.WorkingDirectory}' can't be entered: {reason}"),
            SpawnStage.Identity when errno is Errno.EPERM => new StartException(
                StartFailure.Other,
                $"'{program}' can't run as '{account.Name}': the session is not root's, and only root runs commands as somebody else"),
            SpawnStage.Program when errno is Errno.ENOENT or Errno.ENOTDIR => NotFound(request, program, candidates),
            SpawnStage.Program when errno is Errno.E2BIG => new StartException(
                StartFailure.Other,
                $"the arguments and environment of '{program}' are too long for the guest's kernel"),
            SpawnStage.Program => new StartException(StartFailure.NotExecutable, $"'{program}' can't be executed: {reason}"),
            var stage => new StartException(StartFailure.Other, $"'{program}' could not start ({stage}): {reason}"),
        };
    }

    private static StartException NotFound(ExecRequest request, string program, IReadOnlyList<string> candidates)
    {
        foreach (var candidate in candidates)
        {
            var path = candidate.StartsWith('/') ? candidate : $"{request.WorkingDirectory ?? "/"}/{candidate}";
            using var file = Libc.Open(path, LinuxX64.O_PATH | Linux.O_CLOEXEC, 0);
            if (!file.IsInvalid)
            {
                return new StartException(
                    StartFailure.NotExecutable,
                    $"'{path}' exists, but the interpreter or loader it names does not");
            }
        }

        return program.Contains('/', StringComparison.Ordinal)
            ? new StartException(StartFailure.NotFound, $"'{program}' does not exist in the guest")
            : new StartException(StartFailure.NotFound, $"'{program}' is not in the command's PATH in the guest");
    }
}
