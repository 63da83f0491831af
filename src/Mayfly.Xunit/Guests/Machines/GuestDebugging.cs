namespace Mayfly.Xunit.Guests.Machines;

/// <summary>
/// With <c>MAYFLY_DEBUG=1</c>: the machine of a test is booted for it with SSH and a name, has all the time in the world, and stays
/// after a failure until somebody removes it.
/// </summary>
internal static class GuestDebugging
{
    // Where somebody sits there: test runners hold back what tests say until they are over.
    private const string Terminal = "/dev/tty";

    /// <summary>Boots the machine of a test.</summary>
    /// <exception cref="MayflyException">It can't be had.</exception>
    public static Task<Sandbox> BootAsync(GuestTest test, IProgress<SandboxProgress> progress, CancellationToken cancellationToken)
    {
        var name = GuestArtifacts.MachineNameOf(test);
        Say(progress, $"{test.DisplayName} gets a machine without a deadline. Look inside with: mayfly ssh {name}");
        var settings = test.Settings with { Options = test.Settings.Options with { Name = name, Ssh = new SandboxSsh() } };
        return new GuestMachineMaker(settings, test.Exercises).BootAsync(progress, cancellationToken);
    }

    /// <summary>Waits for somebody to remove the machine of a test that has failed.</summary>
    public static async Task WaitAsync(GuestTest test, Sandbox sandbox, IProgress<SandboxProgress> progress)
    {
        if (!sandbox.Ended.IsCompleted)
        {
            var name = GuestArtifacts.MachineNameOf(test);
            Say(progress, $"{test.DisplayName} has failed, and its machine is kept. Look inside with: mayfly ssh {name}. Go on with: mayfly rm {name}");
            await Task.WhenAny(sandbox.Ended).ConfigureAwait(false);
        }
    }

    private static void Say(IProgress<SandboxProgress> progress, string text)
    {
        progress.Report(new SandboxProgress(text));
        try
        {
            using var terminal = new FileStream(Terminal, FileMode.Open, FileAccess.Write);
            using var writer = new StreamWriter(terminal);
            writer.Write($"mayfly: {text}\r\n");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The test's output has it as well.
        }
    }
}
