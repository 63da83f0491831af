namespace Mayfly.Agent.Exec;

/// <summary>How far a new process got on its way to its program.</summary>
internal enum SpawnStage
{
    Started = 0,
    Fork,
    DeathSignal,
    Session,
    ControlGroup,
    Terminal,
    Streams,
    Identity,
    WorkingDirectory,
    Program,
}
