namespace Mayfly.Cli.Tests;

public sealed class ExitCodesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(42)]
    [InlineData(255)]
    public void TheCommandsOwnCodeIsPassedThrough(int code) =>
        Assert.Equal(code, ExitCodes.Of(new ExecEnd { Kind = ExecEndKind.Exited, ExitCode = code }));

    [Theory]
    [InlineData(ExecEndKind.TimedOut, 124)]
    [InlineData(ExecEndKind.OutOfMemory, 137)]
    [InlineData(ExecEndKind.GuestDied, 125)]
    [InlineData(ExecEndKind.Cancelled, 125)]
    public void EachOtherEndHasItsOwn(ExecEndKind kind, int code) => Assert.Equal(code, ExitCodes.Of(new ExecEnd { Kind = kind }));

    [Theory]
    [InlineData(15, 143)]
    [InlineData(9, 137)]
    public void ASignalIsReportedAsAShellDoes(int signal, int code) =>
        Assert.Equal(code, ExitCodes.Of(new ExecEnd { Kind = ExecEndKind.Signalled, Signal = signal }));

    [Theory]
    [InlineData(ExecStartFailure.NotFound, 127)]
    [InlineData(ExecStartFailure.NotExecutable, 126)]
    [InlineData(ExecStartFailure.BadWorkingDirectory, 126)]
    [InlineData(ExecStartFailure.UnknownUser, 126)]
    [InlineData(ExecStartFailure.NoResources, 126)]
    [InlineData(ExecStartFailure.Other, 126)]
    public void AStartThatFailedTellsWhetherTheProgramExists(ExecStartFailure failure, int code) =>
        Assert.Equal(code, ExitCodes.Of(new ExecEnd { Kind = ExecEndKind.CouldNotStart, StartFailure = failure }));
}
