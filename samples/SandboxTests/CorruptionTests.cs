namespace SandboxTests;

/// <summary>Every test damages the file system that the fixture has prepared; none sees what another has done to it.</summary>
[Trait("Category", "MicroVM")]
public sealed class CorruptionTests(FormattedDiskFixture fixture) : IClassFixture<FormattedDiskFixture>
{
    private readonly Sandbox _sandbox = fixture.Sandbox;

    [SandboxFact]
    public async Task WithoutItsBootSectorItIsNoFileSystem()
    {
        await DamageAsync(offset: 0, length: 512);

        var mount = await MountAsync();

        Assert.Contains("Invalid argument", mount.StandardError, StringComparison.Ordinal);
    }

    [SandboxFact]
    public async Task WithoutItsFilesContentTheNameIsStillThere()
    {
        var place = await _sandbox.ShellAsync("strings -t d /disk.img | awk '/precious/ { print $1 }'").Succeeds();
        await DamageAsync(int.Parse(place.StandardOutput, System.Globalization.CultureInfo.InvariantCulture), "precious".Length);

        (await MountAsync()).EnsureSuccess();

        Assert.Equal("\0\0\0\0\0\0\0\0\n", (await _sandbox.ExecAsync(["cat", "/disk/file"])).StandardOutput);
    }

    private Task<ExecResult> DamageAsync(int offset, int length) =>
        _sandbox.ExecAsync(["dd", "if=/dev/zero", "of=/disk.img", "bs=1", $"seek={offset}", $"count={length}", "conv=notrunc"]).Succeeds();

    private Task<ExecResult> MountAsync() => _sandbox.ExecAsync(["mount", "-t", "vfat", "-o", "loop", "/disk.img", "/disk"]);
}
