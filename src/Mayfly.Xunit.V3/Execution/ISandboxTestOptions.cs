namespace Mayfly.Xunit.Execution;

/// <summary>What attributes say of a test that drives a sandbox.</summary>
internal interface ISandboxTestOptions
{
    /// <summary>See <see cref="SandboxFactAttribute.TimeoutSeconds"/>.</summary>
    double TimeoutSeconds { get; }
}
