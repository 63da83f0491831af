using System.Text.Json;
using Mayfly.Cli.Tests.Harness;

namespace Mayfly.Cli.Tests.Machines;

/// <summary>mayfly doctor.</summary>
[Collection(CommandCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class DoctorTests(CommandHost host)
{
    [Fact]
    public async Task AHealthyHostStartsASandbox()
    {
        var result = (await host.RunAsync("doctor")).Expect(0);

        Assert.Contains("Sandboxes can be started here.", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("FAILED", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"ok +transport +(vsock|kernel-vsock|serial) \(.+\)", result.Output);
        Assert.Matches(@"ok +boot +.*Linux \d", result.Output);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task AMissingQemuIsFoundAndNothingElseIsBlamed()
    {
        var result = (await host.RunAsync(start => start.Environment["PATH"] = "/nowhere", "doctor", "--json")).Expect(125);

        using var json = JsonDocument.Parse(result.Output);
        Assert.False(json.RootElement.GetProperty("canStart").GetBoolean());
        var failed = json.RootElement.GetProperty("checks").EnumerateArray()
            .Where(check => check.GetProperty("state").GetString() == "failed")
            .ToDictionary(check => check.GetProperty("name").GetString()!);
        Assert.Contains("apt-get install", failed["qemu"].GetProperty("remedy").GetString(), StringComparison.Ordinal);
        Assert.Equal(["boot", "qemu"], failed.Keys.Order(StringComparer.Ordinal));
    }
}
