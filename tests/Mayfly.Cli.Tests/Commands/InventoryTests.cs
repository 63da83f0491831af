using System.Text.Json;
using Mayfly.Cli.Tests.Harness;

namespace Mayfly.Cli.Tests.Commands;

/// <summary>
/// mayfly inventory. Sandboxes of other tests come and go on the same host, so each test looks for what it has made.
/// </summary>
[Collection(CommandCollection.Name)]
public sealed class InventoryTests : IDisposable
{
    private readonly CommandHost _host;
    private readonly string _picture;
    private readonly string _place;

    public InventoryTests(CommandHost host)
    {
        _host = host;
        var root = Directory.CreateDirectory(
            Path.Combine(host.RuntimeDirectory, "mayfly"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _place = Path.Combine(root.FullName, "leftover");
        _picture = Path.Combine(host.RuntimeDirectory, "picture.json");
    }

    public void Dispose()
    {
        File.Delete(_picture);
        Remove();
    }

    [Fact]
    public async Task WhatIsThereIsALineWithKindNameAndDetail()
    {
        Leave();

        var result = (await _host.RunAsync("inventory")).Expect(0);

        Assert.Matches($"(?m)^directory +{_place} +since 2", result.Output);
        Assert.Equal("", result.Error);
    }

    [Fact]
    public async Task JsonHoldsTheSame()
    {
        Leave();

        using var json = JsonDocument.Parse((await _host.RunAsync("inventory", "--json")).Expect(0).Output);

        var item = Assert.Single(json.RootElement.GetProperty("items").EnumerateArray(), IsPlace);
        Assert.Equal("directory", item.GetProperty("kind").GetString());
        Assert.StartsWith("since 2", item.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatHasAppearedIsPrintedAndIsExitCodeOne()
    {
        Assert.Equal("", (await _host.RunAsync("inventory", "--save", _picture)).Expect(0).Output);
        Leave();

        var result = (await _host.RunAsync("inventory", "--since", _picture, "--wait", "200ms")).Expect(1);

        Assert.Matches($"(?m)^appeared +directory +{_place} +since 2", result.Output);
    }

    [Fact]
    public async Task WhatHasVanishedIsPrintedAndIsNoFailure()
    {
        Leave();
        (await _host.RunAsync("inventory", "--save", _picture)).Expect(0);
        Remove();

        var result = await _host.RunAsync("inventory", "--since", _picture, "--json");

        using var json = JsonDocument.Parse(result.Output);
        Assert.Single(json.RootElement.GetProperty("vanished").EnumerateArray(), IsPlace);
        result.Expect(json.RootElement.GetProperty("appeared").GetArrayLength() > 0 ? 1 : 0);
    }

    [Fact]
    public async Task WhatWasThereBeforeIsNotPrinted()
    {
        Leave();
        (await _host.RunAsync("inventory", "--save", _picture)).Expect(0);

        Assert.DoesNotContain(_place, (await _host.RunAsync("inventory", "--since", _picture)).Output, StringComparison.Ordinal);
    }

    private void Leave() => Directory.CreateDirectory(_place);

    private void Remove()
    {
        if (Directory.Exists(_place))
        {
            Directory.Delete(_place);
        }
    }

    private bool IsPlace(JsonElement item) => item.GetProperty("name").GetString() == _place;
}
