namespace Mayfly.Agent.Loop;

/// <summary>Something the event loop watches a descriptor for.</summary>
internal interface IEventSource
{
    /// <summary>The descriptor is ready; called on the loop's thread.</summary>
    void OnReady(uint events);
}
