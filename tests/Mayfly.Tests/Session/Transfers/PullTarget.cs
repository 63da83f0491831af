using System.Text;
using Mayfly.Protocol;
using Mayfly.Session.Transfers;

namespace Mayfly.Tests.Session.Transfers;

/// <summary>A target to unpack into, and beside it a canary that nothing may touch.</summary>
internal sealed class PullTarget : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("mayfly-test-");
    private readonly string _before;

    public PullTarget()
    {
        Path = System.IO.Path.Combine(_home.FullName, "target");
        Directory.CreateDirectory(Path);
        Canary = System.IO.Path.Combine(_home.FullName, "canary");
        Directory.CreateDirectory(Canary);
        File.WriteAllText(System.IO.Path.Combine(Canary, "secret"), "untouched");
        _before = DescribeOutside();
    }

    public string Path { get; }

    public string Canary { get; }

    public bool UseOpenAt2 { get; init; } = true;

    public TransferLimits Limits { get; init; } = TransferLimits.Default;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public Task<TransferOutcome> ExtractAsync(byte[] tar, string? target = null, string name = "pulled") =>
        new TarSink(target ?? Path, name, Limits, TimeProvider.System, progress: null) { UseOpenAt2 = UseOpenAt2 }
            .ExtractAsync(new MemoryStream(tar), CancellationToken.None);

    /// <summary>Everything outside the target is as it was, and no half-written file is left inside.</summary>
    public void AssertNothingElseChanged()
    {
        Assert.Equal(_before, DescribeOutside());
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(_home.FullName, "*", SearchOption.AllDirectories),
            path => path.EndsWith(".part", StringComparison.Ordinal));
    }

    public void Dispose() => _home.Delete(recursive: true);

    private string DescribeOutside()
    {
        var text = new StringBuilder();
        foreach (var path in Directory.EnumerateFileSystemEntries(_home.FullName).Concat(Directory.EnumerateFileSystemEntries(Canary)).Order(StringComparer.Ordinal))
        {
            var info = new FileInfo(path);
            text.AppendLine($"{path} {info.Attributes} {info.UnixFileMode} {info.LinkTarget}");
        }

        return text.Append(File.ReadAllText(System.IO.Path.Combine(Canary, "secret"))).ToString();
    }
}
