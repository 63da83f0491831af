using System.Security.Cryptography;
using Mayfly.Images;
using Mayfly.Supervision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Chaos;

/// <summary>
/// A process that owns a sandbox and says aloud what it does: a line for each <see cref="OwnerPhase"/>, and
/// <c>failed CODE MESSAGE</c> where something does not work. It waits for one line that tells it what to own, so that its
/// own start need not be waited for.
/// </summary>
internal static class OwnerProgram
{
    public const string Role = "owner";

    /// <summary>Owns a sandbox.</summary>
    public const string Live = "live";

    /// <summary>Owns one that is booted, which takes more room than a clone.</summary>
    public const string LiveCold = "live-cold";

    /// <summary>Owns one whose command does not end.</summary>
    public const string Linger = "linger";

    /// <summary>Owns a template with a preparation, clones of it and a pool.</summary>
    public const string LivePool = "pool";

    /// <summary>Makes a template that is kept, or finds it.</summary>
    public const string MakeTemplate = "template";

    /// <summary>Makes the guest's image.</summary>
    public const string MakeImage = "image";

    /// <summary>Does of a sandbox's start only what clears other sandboxes' debris.</summary>
    public const string Claim = "claim";

    /// <summary>Where the file that goes in and out lies.</summary>
    public const string DirectoryVariable = "MAYFLY_CHAOS_DIRECTORY";

    private const string BriefScript = "i=0; while [ $i -lt 100 ]; do i=$((i+1)); echo line $i; done; sleep 0.2";
    private const int FileBytes = 4 * 1024 * 1024;

    public static async Task<int> RunAsync()
    {
        var order = await Console.In.ReadLineAsync();

        // An owner whose chaos is over has nothing to live for.
        _ = Task.Run(() =>
        {
            while (Console.In.ReadLine() is not null)
            {
            }

            Environment.Exit(1);
        });
        Say(OwnerPhase.Starting);
        try
        {
            await (order switch
            {
                Live => LiveAsync(isCold: false, BriefScript),
                LiveCold => LiveAsync(isCold: true, BriefScript),
                Linger => LiveAsync(isCold: false, "sleep 600"),
                LivePool => LivePoolAsync(),
                MakeTemplate => MakeTemplateAsync(),
                MakeImage => MakeImageAsync(),
                Claim => ClaimAsync(),
                _ => Task.CompletedTask,
            });
        }
        catch (MayflyException exception)
        {
            Fail(exception.Code, exception);
        }
#pragma warning disable CA1031 // Whatever else it is, it is a defect to be reported.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail("internal", exception);
        }

        Say(OwnerPhase.Done);
        return 0;
    }

    private static async Task LiveAsync(bool isCold, string script)
    {
        var directory = Environment.GetEnvironmentVariable(DirectoryVariable)!;
        var sandbox = await Sandbox.StartAsync(new SandboxOptions { Memory = ByteSize.MiB(256), Cold = isCold, Progress = new Aloud() });
        await using (sandbox)
        {
            try
            {
                Say(OwnerPhase.Booted);
                var file = Path.Combine(directory, "in");
                await File.WriteAllBytesAsync(file, RandomNumberGenerator.GetBytes(FileBytes));
                Say(OwnerPhase.Exec);
                _ = await sandbox.ShellAsync(script, new ExecOptions { Timeout = Timeout.InfiniteTimeSpan });
                Say(OwnerPhase.Push);
                _ = await sandbox.PushAsync(file, "/tmp/file");
                Say(OwnerPhase.Pull);
                _ = await sandbox.PullAsync("/tmp/file", Path.Combine(directory, "out"));
            }
            catch (MayflyException exception)
            {
                Fail(exception.Code, exception);
            }

            Say(OwnerPhase.Teardown);
        }
    }

    /// <summary>The phases of this life: booting what is frozen, preparing and freezing it, filling a pool, cloning, replacing, draining.</summary>
    private static async Task LivePoolAsync()
    {
        var options = new SandboxOptions { Memory = ByteSize.MiB(256), Progress = new Aloud() };
        try
        {
            var template = await SandboxTemplate.CreateAsync(options, PrepareAsync);
            await using (template)
            {
                Say(OwnerPhase.Exec);
                var pool = new SandboxPool(template, size: 2);
                await using (pool)
                {
                    await using var taken = await pool.TakeAsync();
                    Say(OwnerPhase.Push);
                    await using var clone = await template.StartAsync();
                    _ = await clone.ShellAsync("test -e /tmp/prepared");
                    Say(OwnerPhase.Pull);
                    await using var second = await pool.TakeAsync();
                    _ = await second.ShellAsync("test -e /tmp/prepared; sleep 0.2");
                    Say(OwnerPhase.Teardown);
                }
            }
        }
        catch (MayflyException exception)
        {
            Fail(exception.Code, exception);
        }
    }

    private static async Task MakeTemplateAsync()
    {
        await using var template = await SandboxTemplate.CreateAsync(new SandboxOptions { Memory = ByteSize.MiB(256) }, PrepareAsync, "chaos");
        await using var clone = await template.StartAsync();
        _ = (await clone.ShellAsync("cat /tmp/prepared")).EnsureSuccess();
        Say(OwnerPhase.Exec);
    }

    private static async Task PrepareAsync(Sandbox sandbox, CancellationToken cancellationToken)
    {
        Say(OwnerPhase.Booted);
        _ = await sandbox.ShellAsync("echo > /tmp/prepared; sleep 100000 > /dev/null 2>&1 &", cancellationToken: cancellationToken);
    }

    private static Task MakeImageAsync() =>
        new ImageStore(AgentBinary.Locate(), NullLogger.Instance, TimeProvider.System).GetAsync(null, null, CancellationToken.None);

    private static async Task ClaimAsync()
    {
        var warden = await WardenStarter.StartAsync(AgentBinary.Locate(), SandboxId.Create(), "none", TimeProvider.System, CancellationToken.None);
        await warden.DisposeAsync();
    }

    private static void Say(OwnerPhase phase) => Console.Out.WriteLine(phase);

    private static void Fail(string code, Exception exception) =>
        Console.Out.WriteLine($"failed {code} {(code == "internal" ? exception.ToString() : exception.Message).ReplaceLineEndings(" | ")}");

    private sealed class Aloud : IProgress<SandboxProgress>
    {
        private bool _said;

        public void Report(SandboxProgress value)
        {
            // A template's machine is the first of many.
            if (value.Activity is "booting" or "cloning" && !Interlocked.Exchange(ref _said, true))
            {
                Say(OwnerPhase.Booting);
            }
        }
    }
}
