namespace Mayfly.MSBuild.Machines;

/// <summary>A machine that stays from one command to the next.</summary>
internal interface ISessionMachine : IMachineSource, IAsyncDisposable
{
    /// <summary>Whether it was there and is no more, or has not come up.</summary>
    bool HasEnded { get; }
}
