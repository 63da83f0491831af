using Mayfly.Hypervisors.Qemu;

namespace Mayfly.Tests.Hypervisors.Qemu;

public sealed class JoinedInitramfsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("mft-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task EachArchiveStartsAtAMultipleOfFourBytesAndTheOriginalsStay()
    {
        string[] archives = [Write("a", [1, 2, 3, 4, 5]), Write("b", [6]), Write("c", [7, 8, 9, 10])];
        File.SetUnixFileMode(archives[0], UnixFileMode.UserRead);

        var joined = await JoinedInitramfs.JoinAsync(archives, _directory, default);

        Assert.Equal([1, 2, 3, 4, 5, 0, 0, 0, 6, 0, 0, 0, 7, 8, 9, 10], await File.ReadAllBytesAsync(joined!));
        Assert.Equal([1, 2, 3, 4, 5], await File.ReadAllBytesAsync(archives[0]));
    }

    [Fact]
    public async Task ASingleArchiveIsNotCopied()
    {
        var archive = Write("a", [1]);

        Assert.Equal(archive, await JoinedInitramfs.JoinAsync([archive], _directory, default));
        Assert.Null(await JoinedInitramfs.JoinAsync([], _directory, default));
    }

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
