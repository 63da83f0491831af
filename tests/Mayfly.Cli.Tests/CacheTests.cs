using System.Text.Json;
using Mayfly.Cli.Tests.Harness;

namespace Mayfly.Cli.Tests;

/// <summary>mayfly cache.</summary>
public sealed class CacheTests : IDisposable
{
    private readonly CommandHost _host = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("mayfly-test-").FullName;

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Cache => Path.Combine(_folder, "cache");

    [Fact]
    public async Task ACacheThatIsNotThereIsEmptyAndStaysSo()
    {
        Assert.Equal("The cache is empty.\n", (await RunAsync("cache", "ls")).Expect(0).Output);
        Assert.Equal("0 B freed\n", (await RunAsync("cache", "prune", "--all")).Expect(0).Output);
        Assert.False(Directory.Exists(Cache));
    }

    [Fact]
    public async Task WhatIsDamagedIsListedAndPruned()
    {
        var key = new string('0', 64);
        var entry = Directory.CreateDirectory(Path.Combine(Cache, "templates", key), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.SetUnixFileMode(Cache, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(Path.Combine(entry.FullName, "memory"), new string('x', 10_000));

        using (var list = JsonDocument.Parse((await RunAsync("cache", "ls", "--json")).Expect(0).Output))
        {
            Assert.Equal(Cache, list.RootElement.GetProperty("path").GetString());
            var listed = Assert.Single(list.RootElement.GetProperty("entries").EnumerateArray());
            Assert.Equal(key, listed.GetProperty("key").GetString());
            Assert.Equal("templates", listed.GetProperty("kind").GetString());
            Assert.True(listed.GetProperty("damaged").GetBoolean());
            Assert.InRange(listed.GetProperty("bytes").GetInt64(), 10_000, 20_000);
        }

        Assert.Contains("removed templates/000000000000 (", (await RunAsync("cache", "prune", "--templates")).Expect(0).Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(entry.FullName));
        Assert.Equal("{\"removed\":[],\"inUse\":[],\"freedBytes\":0}\n", (await RunAsync("cache", "prune", "--json")).Expect(0).Output);
    }

    [Fact]
    public async Task LimitsThatMakeNoSenseAreRefused()
    {
        var result = await _host.RunAsync(start => start.Environment["MAYFLY_TEMPLATES_SIZE"] = "lots", "cache", "prune");

        result.Expect(125).ExpectError("MAY1001");
    }

    private Task<RunResult> RunAsync(params string[] arguments) =>
        _host.RunAsync(start => start.Environment["MAYFLY_CACHE"] = Cache, arguments);
}
