using System.Text;
using Mayfly.Cli.Output;

namespace Mayfly.Cli.Tests.Output;

/// <summary>A guest's output as safe lines.</summary>
public sealed class SafeTextStreamTests : IDisposable
{
    private readonly MemoryStream _target = new();
    private readonly SemaphoreSlim _gate = new(1);

    private string Written => Encoding.UTF8.GetString(_target.ToArray());

    [Fact]
    public async Task ALineIsPassedOnWhenItEnds()
    {
        await using var text = new SafeTextStream(_target, _gate);

        await text.WriteAsync("::err"u8.ToArray());
        Assert.Equal("", Written);

        await text.WriteAsync("or::x\nrest"u8.ToArray());
        Assert.Equal(": :error::x\n", Written);

        await text.CompleteAsync(CancellationToken.None);
        await text.CompleteAsync(CancellationToken.None);
        Assert.Equal(": :error::x\nrest\n", Written);
    }

    [Fact]
    public async Task NothingOfALongLineIsLostAndEachPieceIsSafe()
    {
        await using var text = new SafeTextStream(_target, _gate);

        await text.WriteAsync(Encoding.UTF8.GetBytes(new string('x', 8191) + "\U0001F600::add-path::/evil" + new string('y', 10_000)));
        await text.CompleteAsync(CancellationToken.None);

        var lines = Written.Split('\n');
        Assert.Equal(new string('x', 8191) + "\U0001F600", lines[0]);
        Assert.StartsWith(": :add-path::/evily", lines[1], StringComparison.Ordinal);
        Assert.Equal(10_000, Written.Count(character => character == 'y'));
    }

    [Fact]
    public async Task NobodyWritesWithinTheLinesOfAnother()
    {
        await using var text = new SafeTextStream(_target, _gate);
        await _gate.WaitAsync();

        var write = text.WriteAsync("line\n"u8.ToArray()).AsTask();
        Assert.Equal("", Written);
        _gate.Release();
        await write;

        Assert.Equal("line\n", Written);
    }

    public void Dispose()
    {
        _target.Dispose();
        _gate.Dispose();
    }
}
