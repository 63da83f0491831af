using Mayfly.Protocol;

namespace Mayfly.Agent.Messages;

/// <summary>The names enumerations have on the wire, without the runtime looking them up.</summary>
internal static class MessageNames
{
    public static string Of(ExecEndKind kind) => kind switch
    {
        ExecEndKind.Exited => nameof(ExecEndKind.Exited),
        ExecEndKind.Signalled => nameof(ExecEndKind.Signalled),
        ExecEndKind.TimedOut => nameof(ExecEndKind.TimedOut),
        ExecEndKind.Cancelled => nameof(ExecEndKind.Cancelled),
        ExecEndKind.OutOfMemory => nameof(ExecEndKind.OutOfMemory),
        ExecEndKind.CouldNotStart => nameof(ExecEndKind.CouldNotStart),
        _ => throw new NotSupportedException(),
    };

    public static string Of(StartFailure failure) => failure switch
    {
        StartFailure.Other => nameof(StartFailure.Other),
        StartFailure.NotFound => nameof(StartFailure.NotFound),
        StartFailure.NotExecutable => nameof(StartFailure.NotExecutable),
        StartFailure.BadWorkingDirectory => nameof(StartFailure.BadWorkingDirectory),
        StartFailure.UnknownUser => nameof(StartFailure.UnknownUser),
        StartFailure.NoResources => nameof(StartFailure.NoResources),
        _ => throw new NotSupportedException(),
    };

    public static string Of(FailureCode code) => code switch
    {
        FailureCode.Other => nameof(FailureCode.Other),
        FailureCode.BadRequest => nameof(FailureCode.BadRequest),
        FailureCode.NotFound => nameof(FailureCode.NotFound),
        FailureCode.Denied => nameof(FailureCode.Denied),
        FailureCode.NoSpace => nameof(FailureCode.NoSpace),
        FailureCode.WrongType => nameof(FailureCode.WrongType),
        FailureCode.Cancelled => nameof(FailureCode.Cancelled),
        FailureCode.Refused => nameof(FailureCode.Refused),
        FailureCode.InUse => nameof(FailureCode.InUse),
        _ => throw new NotSupportedException(),
    };
}
