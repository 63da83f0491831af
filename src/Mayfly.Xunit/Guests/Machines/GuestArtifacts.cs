using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mayfly.Diagnostics;
using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Guests.Machines;

/// <summary>The folder on the host for what comes back of a test, and for what is to be known of one that failed.</summary>
internal static class GuestArtifacts
{
    private const int MostNameChars = 100;

    // Of a sandbox's 63, without what stands before and behind it.
    private const int MostMachineNameChars = 48;

    /// <summary>A file with holes is as long as a guest says, whatever memory it has.</summary>
    private static readonly ByteSize _most = ByteSize.GiB(1);

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    /// <summary>Takes back what the test has left in the guest, into a folder that has nothing else of former runs.</summary>
    /// <returns>The folder.</returns>
    /// <exception cref="SandboxTransferException">It can't be had, is too much (more than 1 GiB), or takes more than two minutes.</exception>
    public static async Task<string> PullAsync(GuestTest test, Sandbox sandbox, CancellationToken cancellationToken)
    {
        var folder = Clear(test);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_patience);
        try
        {
            var options = new TransferOptions { Progress = new GuestArtifactsLimit(_most, limit) };
            await sandbox.PullAsync(GuestMachine.ArtifactsFolder, Path.Combine(folder, "artifacts"), options, limit.Token).ConfigureAwait(false);
            return folder;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SandboxTransferException(
                ErrorCode.TransferFailed,
                $"the test's files in {GuestMachine.ArtifactsFolder} are more than {_most}, or took longer than {_patience.TotalSeconds} s to come back; what has come is in {folder}.",
                exception);
        }
    }

    /// <summary>Keeps what may explain a failure. The agent's own words are in the console.</summary>
    /// <param name="test">The test.</param>
    /// <param name="sandbox">Its machine, alive or ended.</param>
    /// <param name="time">How long the test has had it.</param>
    /// <param name="output">What the test has written.</param>
    /// <param name="failure">What is told of the failure.</param>
    /// <returns>The folder.</returns>
    public static async Task<string> KeepAsync(GuestTest test, Sandbox sandbox, TimeSpan time, string output, string failure)
    {
        var folder = FolderOf(test);
        Directory.CreateDirectory(folder);
        var boot = sandbox.Boot;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "machine.txt"),
            string.Create(CultureInfo.InvariantCulture, $"""
                test          {test.DisplayName}
                assembly      {test.Settings.Assembly}
                machine       {sandbox.Id}
                kernel        Linux {sandbox.Guest.KernelRelease}
                hypervisor    {boot.Hypervisor}
                accelerator   {boot.Accelerator} ({boot.AcceleratorReason})
                transport     {boot.Transport} ({boot.TransportReason})
                start         {boot.Start} ({boot.StartReason}), {boot.Attempts} attempts, {boot.Duration.TotalSeconds:0.000} s
                limits        {boot.Limits}
                memory        {test.Settings.Options.Memory}
                processors    {test.Settings.Options.Cpus}
                network       {test.Settings.Options.Network}
                user          {test.Settings.User}
                test took     {time.TotalSeconds:0.000} s in the machine
                deadline      {test.Settings.Timeout.TotalSeconds:0.###} s
                end           {(MachineEnd.Of(sandbox) is { } end ? $"{end.Cause}: {end.Message}" : "none by itself")}
                command line  {boot.CommandLine}

                """)).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(folder, "console.log"), GuestText.NeutraliseLines(sandbox.Console.GetText())).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(folder, "output.log"), output).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(folder, "failure.txt"), failure).ConfigureAwait(false);
        return folder;
    }

    /// <summary>A name for a test's machine, whose folder has the same but for its length.</summary>
    public static string MachineNameOf(GuestTest test) => $"test-{NameOf(test, MostMachineNameChars)}";

    /// <summary>Empties the test's folder.</summary>
    public static string Clear(GuestTest test)
    {
        var folder = FolderOf(test);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        return folder;
    }

    private static string FolderOf(GuestTest test) =>
        Path.Combine(test.Settings.ArtifactsFolder ?? RootOf(test.Settings.Assembly), Path.GetFileNameWithoutExtension(test.Settings.Assembly), NameOf(test, MostNameChars));

    /// <summary>Not the output folder, which is a part of the machines: what is added to it makes them anew.</summary>
    private static string RootOf(string assembly)
    {
        var output = new DirectoryInfo(Path.GetDirectoryName(assembly)!);
        var project = output.Parent;
        while (project is not null && !project.EnumerateFiles("*.*proj").Any())
        {
            project = project.Parent;
        }

        return Path.Combine((project ?? output.Parent ?? output).FullName, "TestResults", "guests");
    }

    /// <summary>A file name that no other test has, nor the folder's own: what has that name is emptied.</summary>
    private static string NameOf(GuestTest test, int mostChars)
    {
        // Rows that are told apart by their numbers only may look the same.
        var wanted = test.Row == WorkerRun.NoRow ? test.DisplayName : string.Create(CultureInfo.InvariantCulture, $"{test.DisplayName}#{test.Row}");
        var name = string.Concat(wanted.Select(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' ? character : '-'));
        return name == wanted && name.Length > 0 && name.Length <= mostChars && !name.StartsWith('.')
            ? name
            : $"{name[..Math.Min(name.Length, mostChars)]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(wanted)))[..8]}";
    }
}
