using Mayfly.Diagnostics;
using Mayfly.Images.Cache;
using Mayfly.Templates;
using Mayfly.Tests.Chaos;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Sandboxes.Templates;

/// <summary>Templates whose files are not what they were: each is made anew once, and where that can't be, nobody is kept from a machine.</summary>
[Trait("Category", "MicroVM")]
public sealed class TemplateDamageTests
{
    private static SandboxOptions Small => SandboxOptions.FromEnvironment() with { Memory = ByteSize.MiB(256) };

    [Theory]
    [InlineData(TemplateFiles.State, true)]
    [InlineData(TemplateFiles.Memory, true)]
    [InlineData(TemplateFiles.State, false)]
    public async Task ADamagedTemplateIsMadeAnewOnceAndTold(string file, bool isCut)
    {
        using var templates = new OwnTemplates();
        var progress = new ProgressRecorder();
        var options = Small with { Progress = progress };
        await (await Sandbox.StartAsync(options)).DisposeAsync();
        Assert.Equal(1, Made(progress));
        Damage(Path.Combine(templates.Folder, file), isCut);

        await using (var sandbox = await Sandbox.StartAsync(options))
        {
            Assert.Equal(SandboxStart.Clone, sandbox.Boot.Start);
            Assert.Equal("whole\n", (await sandbox.ShellAsync("echo whole", Patience.Long)).StandardOutput);
        }

        Assert.Equal(2, Made(progress));
        await (await Sandbox.StartAsync(options)).DisposeAsync();
        Assert.Equal(2, Made(progress));
        Assert.Single(templates.Entries);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ATemplateThatOnlyTheMonitorFindsDamagedIsMadeAnewOnceAndTold(bool isPrivate)
    {
        using var templates = new OwnTemplates();
        var progress = new ProgressRecorder();
        var prepared = 0;
        await using var template = await SandboxTemplate.CreateAsync(
            Small with { Progress = progress },
            (_, _) =>
            {
                prepared++;
                return Task.CompletedTask;
            },
            isPrivate ? null : "key");
        Damage(Path.Combine(templates.Folder, TemplateFiles.State), isCut: true);
        if (!isPrivate)
        {
            ForgetTheChange(templates.Folder);
        }

        await using (var sandbox = await template.StartAsync())
        {
            Assert.EndsWith(", made anew", sandbox.Boot.StartReason, StringComparison.Ordinal);
            Assert.Equal(0, (await sandbox.ExecAsync(["true"], Patience.Long)).ExitCode);
        }

        Assert.Equal(2, prepared);
        Assert.Contains(progress.Steps, step => step.Activity.StartsWith("making the template anew, for it can't be restored: ", StringComparison.Ordinal));
        await (await template.StartAsync()).DisposeAsync();
        Assert.Equal(2, prepared);
    }

    [Fact]
    public async Task AMonitorThatRestoresNothingIsDoneWithoutButNotByWhoAskedForATemplate()
    {
        using var templates = new OwnTemplates();
        using var folder = new TemporaryFolder();
        var before = Footprint.Directories();
        var options = Small with { QemuPath = Monitor(folder["qemu-without-incoming"], "-incoming") };
        await using (var sandbox = await Sandbox.StartAsync(options))
        {
            Assert.Equal(SandboxStart.Boot, sandbox.Boot.Start);
            Assert.StartsWith("no template: MAY5005: the template can't be restored, not even made anew: ", sandbox.Boot.StartReason, StringComparison.Ordinal);
            Assert.Equal(0, (await sandbox.ExecAsync(["true"], Patience.Long)).ExitCode);
        }

        await using var template = await SandboxTemplate.CreateAsync(options);
        var failure = await Assert.ThrowsAsync<SandboxImageException>(() => template.StartAsync());

        Assert.Equal(ErrorCode.TemplateFailed, failure.Code);
        Assert.Equal(before, Footprint.Directories());
    }

    [Fact]
    public async Task AMonitorThatCantRecordIsDoneWithout()
    {
        using var templates = new OwnTemplates();
        using var folder = new TemporaryFolder();

        await using var sandbox = await Sandbox.StartAsync(Small with { QemuPath = Monitor(folder["qemu-without-files"], "memory-backend-file") });

        Assert.Equal(SandboxStart.Boot, sandbox.Boot.Start);
        Assert.StartsWith("no template: ", sandbox.Boot.StartReason, StringComparison.Ordinal);
        Assert.Empty(templates.Entries);
    }

    [RootFact]
    public async Task AFullCacheIsDoneWithoutByWhoHasNotAskedForATemplate()
    {
        using var disk = new SmallDisk("size=20m");
        using var templates = new OwnTemplates(disk.Directory);
        var progress = new ProgressRecorder();

        await using var sandbox = await Sandbox.StartAsync(Small with { Progress = progress });

        Assert.Equal(SandboxStart.Boot, sandbox.Boot.Start);
        Assert.StartsWith("no template: MAY5004: the disk of the cache folder", sandbox.Boot.StartReason, StringComparison.Ordinal);
        Assert.Contains(progress.Steps, step => step.Activity.StartsWith("booting, for there is no template: ", StringComparison.Ordinal));
        Assert.Equal(0, (await sandbox.ExecAsync(["true"], Patience.Long)).ExitCode);
        Assert.Empty(templates.Entries);
    }

    [RootTheory]
    [InlineData(null)]
    [InlineData("key")]
    public async Task AFullCacheIsAnErrorForWhoAsksForATemplate(string? key)
    {
        using var disk = new SmallDisk("size=20m");
        using var templates = new OwnTemplates(disk.Directory);

        var failure = await Assert.ThrowsAsync<SandboxImageException>(() => SandboxTemplate.CreateAsync(Small, (_, _) => Task.CompletedTask, key));

        Assert.Equal(ErrorCode.CacheUnwritable, failure.Code);
        Assert.Contains("is full", failure.Message, StringComparison.Ordinal);
        Assert.Empty(templates.Entries);
    }

    /// <summary>QEMU, but for what it refuses.</summary>
    private static string Monitor(string path, string refuses)
    {
        File.WriteAllText(path, $"#!/bin/sh\ncase \"$*\" in *{refuses}*) echo refused >&2; exit 1;; esac\nexec qemu-system-x86_64 \"$@\"\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private static int Made(ProgressRecorder progress) => progress.Steps.Count(step => step.Activity == "making a template of this machine, once");

    private static void Damage(string path, bool isCut)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        if (isCut)
        {
            RandomAccess.SetLength(file, RandomAccess.GetLength(file) / 2);
            return;
        }

        var place = RandomAccess.GetLength(file) / 2;
        var bytes = new byte[64];
        RandomAccess.Read(file, bytes, place);
        RandomAccess.Write(file, [.. bytes.Select(each => (byte)~each)], place);
    }

    /// <summary>Seals the template as it now is: as if its disk, and not a program, had changed it.</summary>
    private static void ForgetTheChange(string folder)
    {
        using var hold = Libc.OpenExisting(Path.Combine(folder, CacheManifest.FileName))!;
        var manifest = TemplateSeal.ReadManifest(hold)!;
        var entry = new CacheEntry(folder, new CacheKey(manifest.Kind, manifest.Inputs), manifest.Files, manifest.Facts);
        File.WriteAllText(
            TemplateRecord.PathOf(folder),
            TemplateRecord.Describe(entry, [.. manifest.Files.Select(file => FileIdentity.Of(Path.Combine(folder, file.Path))!)], hold));
    }
}
