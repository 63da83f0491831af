using Xunit.Abstractions;

namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>What tests do, done in machines.</summary>
[Collection("guests")]
public sealed class GuestOrdinaryCases : IClassFixture<GuestFixture>, IAsyncLifetime, IDisposable
{
    private readonly GuestFixture _fixture;
    private readonly GuestCollectionFixture _collectionFixture;
    private readonly ITestOutputHelper _output;
    private bool _isInitialized;
    private bool _throwsAtTheEnd;

    public GuestOrdinaryCases(GuestFixture fixture, GuestCollectionFixture collectionFixture, ITestOutputHelper output)
    {
        GuestWitness.Saw(this);
        (_fixture, _collectionFixture, _output) = (fixture, collectionFixture, output);
    }

    public static IEnumerable<object[]> Opaques => [[new Opaque(1)], [new Opaque(2)], [new Opaque(3)]];

    public async Task InitializeAsync()
    {
        await Task.Yield();
        _isInitialized = true;
    }

    public Task DisposeAsync()
    {
        _output.WriteLine("the asynchronous end");
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _output.WriteLine("the end");
        if (_throwsAtTheEnd)
        {
            throw new InvalidOperationException("thrown at the end");
        }
    }

    [GuestFact]
    [Trait("Place", "guest")]
    public async Task Passes()
    {
        _output.WriteLine("from the helper");
        Console.WriteLine("from the console");
        await Console.Error.WriteLineAsync("from the error stream");
        await Task.Delay(1);
        Assert.True(_isInitialized);
        Assert.True(GuestMachine.IsCurrent);
        Assert.Equal("root", Environment.UserName);
        Assert.All([_fixture, _collectionFixture], each => Assert.True(each.IsInitialized && each.WasMadeInGuest));
        File.WriteAllText("/run/passes-was-here", "");
    }

    [GuestFact(DisplayName = "a name of its own")]
    public void Named() => Assert.False(File.Exists("/run/passes-was-here"));

    [GuestFact]
    public async Task Fails()
    {
        _output.WriteLine("before it fails \u001b[31m");
        _output.WriteLine("::error::forged ##vso[task.complete]");
        await Task.Yield();
        try
        {
            ThrowInner();
        }
        catch (ArgumentException exception)
        {
            throw new InvalidOperationException("outer \u00e4\n::add-mask::forged", exception);
        }
    }

    [GuestFact]
    public void ThrowsAtTheEnd() => _throwsAtTheEnd = true;

    [GuestTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void Rows(int number) => Assert.Equal(1, number);

    [GuestTheory]
    [MemberData(nameof(Opaques))]
    public void OpaqueRows(Opaque row)
    {
        _output.WriteLine($"this is {row}");
        Assert.NotEqual(2, row.Number);
    }

    [GuestFact]
    public void SkipsItself() => throw new InvalidOperationException("$XunitDynamicSkip$not today");

    [GuestFact(Skip = "not at all")]
    public void IsSkipped() => throw new InvalidOperationException();

    [GuestTheory(Skip = "none of them")]
    [InlineData(1)]
    [InlineData(2)]
    public void IsSkippedWithItsRows(int number) => Assert.Equal(0, number);

    [GuestFact]
    public void LeavesFiles()
    {
        Directory.CreateDirectory(Path.Combine(GuestMachine.ArtifactsFolder, "sub"));
        File.WriteAllText(Path.Combine(GuestMachine.ArtifactsFolder, "sub", "result"), "of a pass");
    }

    [GuestFact]
    public void LeavesFilesAndFails()
    {
        File.WriteAllText(Path.Combine(GuestMachine.ArtifactsFolder, "result"), "of a failure");
        Assert.Fail("with files");
    }

    private static void ThrowInner() => throw new ArgumentException("inner");
}
