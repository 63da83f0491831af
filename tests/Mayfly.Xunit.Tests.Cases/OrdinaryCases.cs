namespace Mayfly.Xunit.Tests.Cases;

/// <summary>What xUnit's own attributes do, done with ours.</summary>
[Trait("Of", "class")]
public sealed class OrdinaryCases
{
    public static TheoryData<Opaque> Opaques => [new Opaque(1), new Opaque(2)];

    [SandboxFact]
    public void Passes() => Assert.True(true);

    [SandboxFact]
    public async Task PassesLater() => await Task.Yield();

    [SandboxFact]
    public void Fails() => Assert.Equal("this", "that");

    [SandboxFact]
    public async Task FailsLater()
    {
        await Task.Yield();
        throw new InvalidOperationException("failed later");
    }

    [SandboxFact(Skip = "not today")]
    public void IsSkipped() => Assert.Fail("ran although it is to be skipped");

    [SandboxFact(DisplayName = "a name for people")]
    [Trait("Of", "method")]
    public void IsNamed() => Assert.True(true);

    [SandboxTheory]
    [InlineData(1, "one")]
    [InlineData(2, "two")]
    public void HasRows(int number, string word) => Assert.Equal(number == 1 ? "one" : "zwei", word);

    [SandboxTheory]
    [MemberData(nameof(Opaques))]
    public void HasRowsThatCannotBeSerialized(Opaque row) => Assert.Equal(1, row.Number);

    [SandboxTheory(Skip = "not these")]
    [InlineData(1)]
    public void IsSkippedWithItsRows(int row) => Assert.Fail($"ran row {row}");

    [SandboxTheory]
    public void HasNoRows(int row) => Assert.Fail($"ran row {row}");

    [SandboxFact(TimeoutSeconds = -1)]
    public void HasAnImpossibleDeadline() => Assert.True(true);

    [SandboxFact(Timeout = 60_000)]
    public void HasAnXunitTimeoutAndIsNotAsync() => Assert.True(true);
}
