namespace Mayfly.Tests.Agent;

/// <summary>Wardens see to it that no two living sandboxes have one name. Needs the native agent, which build/setup makes.</summary>
public sealed class NameTests
{
    [Fact]
    public async Task ANameIsTakenForAsLongAsItsSandboxLives()
    {
        using var first = new WardenProcess(name: "dev");
        Assert.Equal("ready", await first.ReadLineAsync());

        // Its disposal removes the directory that all of them are in.
        using var second = new WardenProcess(root: first.Root, name: "dev");
        Assert.Equal($"taken {first.Id}", await second.ReadLineAsync());
        Assert.Equal(1, await second.WaitAsync());
        Assert.False(Directory.Exists(second.Directory));

        first.CloseInput();
        Assert.Equal(0, await first.WaitAsync());
        using var third = new WardenProcess(root: first.Root, name: "dev");
        Assert.Equal("ready", await third.ReadLineAsync());
    }

    [Fact]
    public async Task ANameWhoseWardenWasKilledIsFree()
    {
        using var first = new WardenProcess(name: "dev");
        Assert.Equal("ready", await first.ReadLineAsync());
        first.Kill();
        await first.WaitAsync();

        using var second = new WardenProcess(root: first.Root, name: "dev");

        Assert.Equal("ready", await second.ReadLineAsync());
        Assert.True(Directory.Exists(first.Directory));
    }

    [Fact]
    public async Task TheIdOfALivingSandboxIsNobodysName()
    {
        using var first = new WardenProcess();
        Assert.Equal("ready", await first.ReadLineAsync());

        using var second = new WardenProcess(root: first.Root, name: first.Id);

        Assert.Equal($"taken {first.Id}", await second.ReadLineAsync());
    }

    [Fact]
    public async Task OfManyAtOnceOneHasTheName()
    {
        var root = Directory.CreateTempSubdirectory("mft-").FullName;
        var wardens = Enumerable.Range(0, 12).Select(number => new WardenProcess(root: root, id: $"s{number}", name: "dev")).ToList();
        try
        {
            var answers = await Task.WhenAll(wardens.Select(warden => warden.ReadLineAsync()));

            var winner = Assert.Single(wardens, warden => Directory.Exists(warden.Directory));
            Assert.Single(answers, "ready");
            Assert.Equal(11, answers.Count(answer => answer == $"taken {winner.Id}"));
        }
        finally
        {
            wardens.ForEach(warden => warden.Dispose());
        }
    }
}
