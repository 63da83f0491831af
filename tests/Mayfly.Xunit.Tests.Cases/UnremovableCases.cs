namespace Mayfly.Xunit.Tests.Cases;

/// <summary>A test that passes, and whose sandbox can't be removed wholly.</summary>
public sealed class UnremovableCases(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    /// <summary>Puts into the sandbox's directory what its removal does not get through.</summary>
    public static Action<Sandbox> Block { get; set; } = _ => { };

    [SandboxFact]
    public void Passes() => Block(fixture.Sandbox);
}
