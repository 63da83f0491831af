using System.Diagnostics;
using System.Text.Json;
using Mayfly.Cli.Tests.Harness;

namespace Mayfly.Cli.Tests;

/// <summary>mayfly ps and mayfly reap.</summary>
public sealed class SupervisionTests : IDisposable
{
    private const string Facts = """{"id":"one","created_unix_ms":"1000","owner_command":"dotnet test","machine":"512 MiB, 1 cpu, tcg","owner_pid":"77","owner_start_ticks":"1","owner_boot_id":"x","owner_pid_namespace":"1"}""";
    private const string Wormhole = """{"number":"1","state":"made","kind":"wormhole","name":"w"}""";

    private readonly CommandHost _host = new();

    private string Root => Path.Combine(_host.RuntimeDirectory, "mayfly");

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task WithoutSandboxesThereIsNothingToListOrToReap()
    {
        Assert.Equal("No sandboxes.\n", (await _host.RunAsync("ps")).Expect(0).Output);
        Assert.Equal("{\"sandboxes\":[]}\n", (await _host.RunAsync("ps", "--json")).Expect(0).Output);
        Assert.Equal("", (await _host.RunAsync("reap")).Expect(0).Output);
        Assert.False(Directory.Exists(Root));
    }

    [Fact]
    [Trait("Category", "MicroVM")]
    public async Task ALivingSandboxIsListedWithItsOwnerAndSparedByTheReaper()
    {
        await using var owner = _host.Start("run", "--timeout", "none", "--", "sleep", "600");
        await _host.UntilSandboxExistsAsync();

        using var list = JsonDocument.Parse((await _host.RunAsync("ps", "--json")).Expect(0).Output);
        var sandbox = Assert.Single(list.RootElement.GetProperty("sandboxes").EnumerateArray());
        Assert.Equal("alive", sandbox.GetProperty("state").GetString());
        Assert.Equal(owner.Id, sandbox.GetProperty("ownerPid").GetInt32());
        Assert.Contains("sleep 600", sandbox.GetProperty("ownerCommand").GetString(), StringComparison.Ordinal);
        Assert.InRange(sandbox.GetProperty("ageMs").GetInt64(), 0, 600_000);

        Assert.Equal("", (await _host.RunAsync("reap")).Expect(0).Output);
        Assert.True(Directory.Exists(Path.Combine(Root, sandbox.GetProperty("id").GetString()!)));

        owner.Signal(Libc.Terminate);
        await owner.EndAsync();
        _host.AssertNothingLeft();
    }

    [Fact]
    public async Task WhatADeadSandboxHasLeftIsListedAndReapedOnce()
    {
        Record("one", Facts, "");

        var list = (await _host.RunAsync("ps")).Expect(0).Output;
        Assert.Matches(@"^ID +NAME +STATE +AGE +SINCE +OWNER +MACHINE +RESOURCES +COMMAND\none +dead +\d+d\d+h +1970-01-01 \d\d:\d\d:01 +77 +512 MiB, 1 cpu, tcg +dotnet test\n$", list);
        Assert.Equal("reaped one\n", (await _host.RunAsync("reap")).Expect(0).Output);
        Assert.Equal("{\"reaped\":[],\"left\":[]}\n", (await _host.RunAsync("reap", "--json")).Expect(0).Output);
        Assert.Equal("No sandboxes.\n", (await _host.RunAsync("ps")).Expect(0).Output);
    }

    [Fact]
    public async Task WhatWouldNotGoIsSaidAndEndsWithOne()
    {
        Record("one", Facts, Wormhole + "\n");

        Assert.StartsWith("left one wormhole w", (await _host.RunAsync("reap")).Expect(1).Output, StringComparison.Ordinal);
        using var report = JsonDocument.Parse((await _host.RunAsync("reap", "--json")).Expect(1).Output);
        Assert.Single(report.RootElement.GetProperty("left").EnumerateArray());
        using var list = JsonDocument.Parse((await _host.RunAsync("ps", "--json")).Expect(0).Output);
        var resource = list.RootElement.GetProperty("sandboxes")[0].GetProperty("resources")[0];
        Assert.Equal("wormhole", resource.GetProperty("kind").GetString());
        Assert.Equal("w", resource.GetProperty("facts").GetProperty("name").GetString());
    }

    [Fact]
    public async Task ADamagedRecordIsListedByItsIdAlone()
    {
        Record("one", "garbage", "garbage");

        Assert.Matches(@"\none +dead +\? +\? +\?\n$", (await _host.RunAsync("ps")).Expect(0).Output);
    }

    [Fact]
    public async Task ARecordCanNeitherSteerTheTerminalNorForgeALine()
    {
        Record(
            "one",
            Facts.Replace("dotnet test", "\\u001b[31mred\\r\\nmayfly: all is well", StringComparison.Ordinal),
            Wormhole.Replace("\"w\"", "\"\\u001b]0;title\\u0007\\nforged\"", StringComparison.Ordinal) + "\n");

        foreach (var command in new[] { "ps", "reap" })
        {
            var result = await _host.RunAsync(command);
            Assert.DoesNotContain(result.Output, character => char.IsControl(character) && character != '\n');
            Assert.DoesNotContain("\nmayfly:", result.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("\nforged", result.Output, StringComparison.Ordinal);
        }
    }

    [RootFact]
    public async Task AnotherUsersRuntimeDirectoryIsNotLookedAt()
    {
        Record("one", Facts, "");
        using var chown = Process.Start("chown", ["-R", "65534", _host.RuntimeDirectory]);
        await chown.WaitForExitAsync();

        Assert.DoesNotContain("dotnet test", (await _host.RunAsync("ps")).Expect(0).Output, StringComparison.Ordinal);
        await _host.RunAsync("reap");

        Assert.True(Directory.Exists(Path.Combine(Root, "one")));
    }

    private void Record(string id, string facts, string handles)
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(Root, ownerOnly);
        var directory = Directory.CreateDirectory(Path.Combine(Root, id), ownerOnly).FullName;
        File.WriteAllText(Path.Combine(directory, "lock"), "");
        File.WriteAllText(Path.Combine(directory, "sandbox.json"), facts + "\n");
        File.WriteAllText(Path.Combine(directory, "handles"), handles);
    }
}
