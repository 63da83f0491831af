namespace Mayfly.Xunit.Tests.Cases;

/// <summary>A test that hangs with a machine, for whoever kills its test host.</summary>
public sealed class HangCases(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    /// <summary>Names the file that the machine's id is written to.</summary>
    public const string WitnessVariable = "MAYFLY_TEST_WITNESS";

    [SandboxFact(TimeoutSeconds = 3600)]
    public async Task HoldsAMachineForEver()
    {
        var file = Environment.GetEnvironmentVariable(WitnessVariable)!;
        await File.WriteAllTextAsync(file + ".new", fixture.Sandbox.Id);
        File.Move(file + ".new", file);
        await new TaskCompletionSource().Task;
    }
}
