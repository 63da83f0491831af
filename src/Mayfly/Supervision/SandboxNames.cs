using System.Globalization;
using Mayfly.Diagnostics;

namespace Mayfly.Supervision;

/// <summary>What a sandbox may be called, and what to say where a name is taken or unknown.</summary>
internal static class SandboxNames
{
    /// <summary>The rule in words.</summary>
    public const string Rule = "1 to 63 letters, digits, hyphens, underscores and dots, the first a letter or digit";

    private const int MaxChars = 63;
    private const int MostListed = 10;

    /// <summary>Whether it may be a name: nothing that a shell, a path or a configuration of OpenSSH would take apart.</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxChars
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>Another living sandbox has the name.</summary>
    /// <param name="root">The runtime directory.</param>
    /// <param name="name">The name.</param>
    /// <param name="id">The sandbox that has it, or whose id it is.</param>
    public static SandboxConfigurationException Taken(string root, string name, string id)
    {
        var holder = SandboxRecord.TryReadFacts(root, id) is { Owner: { } owner } facts
            ? string.Create(CultureInfo.InvariantCulture, $"{id}, of process {owner.ProcessId} ({facts.OwnerCommand})")
            : id;
        return new SandboxConfigurationException(
            ErrorCode.SandboxNameTaken,
            $"another sandbox has the name '{name}': {GuestText.Neutralise(holder)}. Take another name, or end that one with `mayfly rm {name}`.");
    }

    /// <summary>No sandbox is called that.</summary>
    /// <param name="nameOrId">What was looked for.</param>
    /// <param name="living">Those that there are.</param>
    public static SandboxConfigurationException Unknown(string nameOrId, IReadOnlyList<SupervisedSandbox> living)
    {
        var listed = string.Join(", ", living.Take(MostListed).Select(sandbox => sandbox.Name is { } name ? $"{name} ({sandbox.Id})" : sandbox.Id));
        var there = living.Count switch
        {
            0 => "there are none",
            > MostListed => $"there are {listed} and {living.Count - MostListed} more",
            _ => $"there is {listed}",
        };
        return new SandboxConfigurationException(
            ErrorCode.SandboxNameUnknown,
            $"no living sandbox of this user has the name or id '{GuestText.Neutralise(nameOrId)}': {there}. See `mayfly ps`.");
    }
}
