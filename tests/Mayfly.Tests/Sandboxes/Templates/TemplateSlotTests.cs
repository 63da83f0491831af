using Mayfly.Diagnostics;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Sandboxes.Templates;

/// <summary>Layers in slots: one template, whatever is in them.</summary>
[Trait("Category", "MicroVM")]
public sealed class TemplateSlotTests : IDisposable
{
    private const string Show = "cat /work/name; cat /base/name; echo x > /work/own; dd if=/dev/zero of=/work/big bs=1M count=8 2>&1 | grep -o 'No space.*'; ls /work";

    private readonly TemporaryFolder _folder = new();
    private readonly OwnTemplates _templates = new();

    private static SandboxOptions Small => SandboxOptions.FromEnvironment() with { Memory = ByteSize.MiB(256) };

    public void Dispose()
    {
        _templates.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task ClonesOfOneTemplateHaveEachItsOwnContentInASlotAndItsOwnRoomToWrite()
    {
        await using var template = await SandboxTemplate.CreateAsync(Small with { Layers = Layers("template") });
        await using var first = await template.StartAsync(new SandboxCloneOptions { Layers = Layers("first") });
        await using var second = await template.StartAsync(new SandboxCloneOptions { Layers = Layers("second") });
        await using var plain = await template.StartAsync();

        foreach (var (clone, name) in new[] { (first, "first"), (second, "second"), (plain, "template") })
        {
            Assert.Equal($"{name}\nbase\nNo space left on device\nbig\nname\nown\n", (await clone.ShellAsync(Show, Patience.Long)).StandardOutput);
        }

        Assert.Single(_templates.Entries);
        var other = await Assert.ThrowsAsync<SandboxConfigurationException>(
            () => template.StartAsync(new SandboxCloneOptions { Layers = [Layers("first")[0], Layer("other", "/base")] }));
        Assert.Equal(ErrorCode.TemplateUnsupported, other.Code);
    }

    [Fact]
    public async Task MachinesThatDifferInASlotsContentShareATemplate()
    {
        var progress = new ProgressRecorder();
        foreach (var name in new[] { "first", "second" })
        {
            await using var sandbox = await Sandbox.StartAsync(Small with { Layers = Layers(name), Progress = progress });
            Assert.Equal(SandboxStart.Clone, sandbox.Boot.Start);
            Assert.Equal($"{name}\n", (await sandbox.ShellAsync("cat /work/name", Patience.Long)).StandardOutput);
        }

        Assert.Single(progress.Steps, step => step.Activity == "making a template of this machine, once");
        Assert.Single(_templates.Entries);
    }

    [Fact]
    public async Task ALayerThatCantBeMountedIsNoFaultOfTheTemplates()
    {
        var layer = Layer("any", "/etc/passwd") with { Slot = ByteSize.MiB(1) };
        await using var template = await SandboxTemplate.CreateAsync(Small with { Layers = [layer] });
        var made = _templates.Folder;
        var written = Directory.GetCreationTimeUtc(made);

        var failure = await Assert.ThrowsAsync<SandboxBootException>(() => template.StartAsync());

        Assert.Equal(ErrorCode.LayerFailed, failure.Code);
        Assert.Equal((made, written), (_templates.Folder, Directory.GetCreationTimeUtc(_templates.Folder)));
    }

    private SandboxLayer[] Layers(string slot) =>
        [Layer(slot, "/work") with { Slot = ByteSize.MiB(1), Writable = ByteSize.MiB(4) }, Layer("base", "/base")];

    private SandboxLayer Layer(string name, string guestPath)
    {
        Directory.CreateDirectory(_folder[name]);
        File.WriteAllText(Path.Combine(_folder[name], "name"), name + "\n");
        return SandboxLayer.FromFolder(_folder[name], guestPath);
    }
}
