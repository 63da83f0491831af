using System.Diagnostics;
using System.Runtime.InteropServices;
using Mayfly.Images.Cache;

namespace Mayfly.Tests.Images;

public sealed class CacheTests : IDisposable
{
    private static readonly TimeSpan _generous = TimeSpan.FromSeconds(30);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("MAYFLY_CACHE=/c XDG_CACHE_HOME=/x HOME=/h", "/c")]
    [InlineData("XDG_CACHE_HOME=/x HOME=/h", "/x/mayfly")]
    [InlineData("XDG_CACHE_HOME=relative HOME=/h", "/h/.cache/mayfly")]
    [InlineData("MAYFLY_CACHE= HOME=/h", "/h/.cache/mayfly")]
    public void TheFolderIsFoundByTheEnvironment(string environment, string path)
    {
        var variables = environment.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

        Assert.Equal(path, CacheDirectory.Locate(variables.GetValueOrDefault));
    }

    [Fact]
    public void AnEnvironmentWithoutAHomeIsAnError()
        => Assert.Equal("MAY5004", Assert.Throws<SandboxImageException>(() => CacheDirectory.Locate(_ => null)).Code);

    [Fact]
    public void TheFolderIsMadeForTheUserAlone()
    {
        var cache = CacheDirectory.Open(_folder["a/b"]);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(cache.Path));
    }

    [Fact]
    public void AFolderThatCantBeMadeIsAnErrorWithARemedy()
    {
        File.WriteAllText(_folder["file"], "");

        var exception = Assert.Throws<SandboxImageException>(() => CacheDirectory.Open(_folder["file/cache"]));

        Assert.Equal("MAY5004", exception.Code);
        Assert.Contains("MAYFLY_CACHE", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderThatOthersCanWriteIsRefused()
    {
        Directory.CreateDirectory(_folder["shared"]);
        File.SetUnixFileMode(_folder["shared"], (UnixFileMode)0x1ff);

        var exception = Assert.Throws<SandboxImageException>(() => CacheDirectory.Open(_folder["shared"]));

        Assert.Equal("MAY5004", exception.Code);
        Assert.Contains("chmod go-w", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFullDiskIsToldFromAMissingRight()
    {
        Assert.True(CacheFailure.IsOne(new IOException("No space left on device", 28)));
        Assert.Contains("is full", CacheFailure.Unwritable("/c", new IOException("No space left on device", 28)).Message, StringComparison.Ordinal);
        Assert.Contains("permissions", CacheFailure.Unwritable("/c", new UnauthorizedAccessException()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheLockOfAKilledProcessIsFree()
    {
        var cache = CacheDirectory.Open(_folder["cache"]);
        var start = new ProcessStartInfo("flock", [Path.Combine(cache.Path, "lock"), "-c", "echo locked; exec sleep 600"]) { RedirectStandardOutput = true };
        using var owner = Process.Start(start)!;
        Assert.Equal("locked", await owner.StandardOutput.ReadLineAsync().WaitAsync(_generous));
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var acquiring = CacheLock.AcquireAsync(cache, waiting.SetResult, default);
        await waiting.Task.WaitAsync(_generous);
        Assert.False(acquiring.IsCompleted);

        owner.Kill(entireProcessTree: true);

        using var acquired = await acquiring.WaitAsync(_generous);
    }

    [Fact]
    public async Task AWaiterThatGivesUpPassesTheLockOn()
    {
        var cache = CacheDirectory.Open(_folder["cache"]);
        using var cancellation = new CancellationTokenSource();
        var first = await CacheLock.AcquireAsync(cache, () => { }, default);
        var second = CacheLock.AcquireAsync(cache, () => { }, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        first.Dispose();

        using var third = await CacheLock.AcquireAsync(cache, () => { }, default).WaitAsync(_generous);
    }

    [Fact]
    public void TheKernelsStatHasTheDeclaredShape()
    {
        Assert.Equal(256, Marshal.SizeOf<StatxBuffer>());
        File.WriteAllText(_folder["file"], "12345");
        var info = new FileInfo(_folder["file"]);

        var identity = FileIdentity.Of(_folder["file"])!;

        Assert.Equal(5, identity.Bytes);
        Assert.Equal(Libc.EffectiveUser(), identity.Owner);
        Assert.Equal(info.LastWriteTimeUtc, DateTime.UnixEpoch.AddTicks(identity.ModifiedNs / 100));
        Assert.InRange(Math.Abs(identity.ChangedNs - identity.ModifiedNs), 0, 1_000_000_000);
        Assert.Equal(identity, FileIdentity.Of(_folder["file"]));
        Assert.Null(FileIdentity.Of(_folder["absent"]));
    }
}
