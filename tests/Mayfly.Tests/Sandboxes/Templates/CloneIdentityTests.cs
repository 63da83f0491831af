using System.Globalization;

namespace Mayfly.Tests.Sandboxes.Templates;

/// <summary>Clones of one frozen machine are machines of their own, from their first command on.</summary>
[Trait("Category", "MicroVM")]
public sealed class CloneIdentityTests
{
    private const int Clones = 50;
    private const int AtATime = 4;

    // Random numbers first: nothing has stirred the guest's pool since it woke.
    private const string Tell = """
        head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; echo
        cat /proc/sys/kernel/random/uuid
        mktemp -u
        cat /proc/sys/kernel/random/boot_id
        cat /etc/machine-id
        hostname
        date +%s
        """;

    private static readonly string[] _what = ["urandom", "uuid", "mktemp", "boot id", "machine id", "host name"];

    // A clone is told the time when it wakes, and takes what a busy host lets it take to read that.
    private static readonly TimeSpan _clockError = TimeSpan.FromSeconds(5);

    private static SandboxOptions Small => SandboxOptions.FromEnvironment() with { Memory = ByteSize.MiB(256) };

    [Fact]
    public async Task FiftyClonesHaveNothingOfAnIdentityInCommonAndTheRightTime()
    {
        // What a preparation has read is the template's own, and no clone's; but a boot id that was read stays.
        string[] templates = [];
        await using var template = await SandboxTemplate.CreateAsync(
            Small,
            async (sandbox, _) => templates = await AskAsync(sandbox, Tell.Replace("random/boot_id", "random/uuid", StringComparison.Ordinal)));

        using var places = new SemaphoreSlim(AtATime);
        var answers = await Task.WhenAll(Enumerable.Range(0, Clones).Select(async _ =>
        {
            await places.WaitAsync();
            try
            {
                await using var clone = await template.StartAsync();
                return await AskAsync(clone, Tell);
            }
            finally
            {
                places.Release();
            }
        }));

        for (var field = 0; field < _what.Length; field++)
        {
            string[] values = [.. answers.Append(templates).Select(answer => answer[field])];
            Assert.All(values, value => Assert.NotEmpty(value));
            Assert.True(values.Distinct(StringComparer.Ordinal).Count() == Clones + 1, $"{_what[field]} is not each clone's own: {string.Join(' ', values.Order())}");
        }
    }

    [Fact]
    public async Task EachCloneHasAnSshServerWithAKeyOfItsOwn()
    {
        await using var template = await SandboxTemplate.CreateAsync(Small with { Ssh = new SandboxSsh() });

        var keys = new List<string>();
        for (var clone = 0; clone < 3; clone++)
        {
            await using var sandbox = await template.StartAsync();
            keys.Add(Convert.ToHexString(sandbox.Ssh!.HostKey.Span));
        }

        Assert.Equal(3, keys.Distinct().Count());
        Assert.All(keys, key => Assert.Equal(64, key.Length));
    }

    private static async Task<string[]> AskAsync(Sandbox sandbox, string tell)
    {
        var before = TimeProvider.System.GetUtcNow();
        var result = await sandbox.ShellAsync(tell, Patience.Long);
        var after = TimeProvider.System.GetUtcNow();

        Assert.True(result.ExitCode == 0, result.StandardError);
        var lines = result.StandardOutput.Split('\n');
        Assert.Equal(64, lines[0].Length);
        if (sandbox.Boot.Start == SandboxStart.Clone)
        {
            Assert.InRange(DateTimeOffset.FromUnixTimeSeconds(long.Parse(lines[_what.Length], CultureInfo.InvariantCulture)), before - _clockError, after + _clockError);
        }

        return lines;
    }
}
