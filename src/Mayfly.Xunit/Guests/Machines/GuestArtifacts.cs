using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mayfly.Xunit.Guests.Machines;

/// <summary>The folder on the host for what comes back of a test, and for what is to be known of one that failed.</summary>
internal static class GuestArtifacts
{
    private const string FolderVariable = "MAYFLY_ARTIFACTS";
    private const int MostNameChars = 100;

    /// <summary>Takes back what the test has left in the guest, into a folder that has nothing else of former runs.</summary>
    /// <returns>The folder.</returns>
    public static async Task<string> PullAsync(GuestTest test, Sandbox sandbox, CancellationToken cancellationToken)
    {
        var folder = Clear(test);
        await sandbox.PullAsync(GuestMachine.ArtifactsFolder, Path.Combine(folder, "artifacts"), cancellationToken).ConfigureAwait(false);
        return folder;
    }

    /// <summary>Keeps what may explain a failure.</summary>
    /// <returns>The folder.</returns>
    public static async Task<string> KeepAsync(GuestTest test, Sandbox sandbox, string output, string failure)
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
                deadline      {test.Settings.Timeout.TotalSeconds:0.###} s
                end           {(MachineEnd.Of(sandbox) is { } end ? $"{end.Cause}: {end.Message}" : "none by itself")}

                """)).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(folder, "console.log"), GuestText.Neutralise(sandbox.Console.GetText())).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(folder, "output.log"), output).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(folder, "failure.txt"), failure).ConfigureAwait(false);
        return folder;
    }

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
        Path.Combine(RootOf(test.Settings.Assembly), Path.GetFileNameWithoutExtension(test.Settings.Assembly), NameOf(test.DisplayName));

    /// <summary>Not the output folder, which is a part of the machines: what is added to it makes them anew.</summary>
    private static string RootOf(string assembly)
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } chosen)
        {
            return Path.GetFullPath(chosen);
        }

        var output = new DirectoryInfo(Path.GetDirectoryName(assembly)!);
        var project = output.Parent;
        while (project is not null && !project.EnumerateFiles("*.*proj").Any())
        {
            project = project.Parent;
        }

        return Path.Combine((project ?? output.Parent ?? output).FullName, "TestResults", "guests");
    }

    /// <summary>A file name that no other test has.</summary>
    private static string NameOf(string displayName)
    {
        var name = string.Concat(displayName.Select(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' ? character : '-'));
        return name == displayName && name.Length <= MostNameChars
            ? name
            : $"{name[..Math.Min(name.Length, MostNameChars)]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(displayName)))[..8]}";
    }
}
