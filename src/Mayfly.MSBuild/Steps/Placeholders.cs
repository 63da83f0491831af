using System.Text.RegularExpressions;
using Mayfly.Diagnostics;
using Mayfly.MSBuild.Settings;
using Microsoft.Build.Framework;

namespace Mayfly.MSBuild.Steps;

/// <summary>
/// The parts of a file's name that a step with ForEach can write in braces, named like MSBuild's well-known metadata, of the file as
/// the guest has it. <c>{{Name}}</c> is <c>{Name}</c> itself; braces around anything but a name, and behind a dollar sign, are the shell's.
/// </summary>
internal sealed partial class Placeholders
{
    /// <summary>What the variables' names begin with.</summary>
    public const string VariablePrefix = "FOREACH_";

    private readonly Dictionary<string, string> _values;

    /// <param name="item">The file; may know the part of it that <c>**</c> stood for.</param>
    /// <param name="guestPath">Where the guest has it; absolute.</param>
    public Placeholders(ITaskItem item, string guestPath)
    {
        var identity = guestPath.StartsWith(GuestLayout.Root + "/", StringComparison.Ordinal) ? guestPath[(GuestLayout.Root.Length + 1)..] : guestPath;
        _values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["FullPath"] = guestPath,
            ["Identity"] = identity,
            ["Directory"] = identity[..(identity.LastIndexOf('/') + 1)],
            ["RecursiveDir"] = item.GetMetadata("RecursiveDir"),
            ["Filename"] = Path.GetFileNameWithoutExtension(identity),
            ["Extension"] = Path.GetExtension(identity),
        };
    }

    /// <summary>The values as variables of the guest's.</summary>
    public IEnumerable<KeyValuePair<string, string>> Variables => _values.Select(pair => KeyValuePair.Create(VariableOf(pair.Key), pair.Value));

    /// <summary>Puts the values in, as they are.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1104: there is no such placeholder.</exception>
    public string Fill(string text, string parameter) => Replace(text, parameter, name => _values[name]);

    /// <summary>
    /// Puts references to variables in, in double quotes: no value ever becomes part of a script, so that no file's name can be a
    /// command, however the script is quoted.
    /// </summary>
    /// <exception cref="SandboxConfigurationException">MAY1104: there is no such placeholder.</exception>
    public string FillScript(string text, string parameter) => Replace(text, parameter, name => $"\"${VariableOf(name)}\"");

    private static string VariableOf(string name) => VariablePrefix + name.ToUpperInvariant();

    private string Replace(string text, string parameter, Func<string, string> value) => Braces().Replace(text, match =>
    {
        var name = match.Groups["name"].Value;
        return match.Groups["escaped"] is { Success: true } escaped ? $"{{{escaped.Value}}}"
            : _values.ContainsKey(name) ? value(name)
            : throw new SandboxConfigurationException(
                ErrorCode.TaskParameterInvalid,
                $"{parameter} holds '{match.Value}', which is none of the placeholders of ForEach: {string.Join(", ", _values.Keys.Select(known => $"{{{known}}}"))}. Write '{{{match.Value}}}' for these braces themselves.");
    });

    [GeneratedRegex(@"\{\{(?<escaped>[A-Za-z][A-Za-z0-9]*)\}\}|(?<!\$)\{(?<name>[A-Za-z][A-Za-z0-9]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Braces();
}
