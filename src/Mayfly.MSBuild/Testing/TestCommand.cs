using System.Globalization;
using Mayfly.Diagnostics;
using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Testing;

/// <summary>How the tests of an assembly are run in the guest, where it lies at the same path as on the host.</summary>
internal sealed record TestCommand
{
    /// <summary>The folder in the guest that comes back.</summary>
    public const string ResultsPath = "/results";

    // What writes results in an application, and how it is asked to.
    private static readonly (string Assembly, string Option)[] _reporters =
    [
        ("Microsoft.Testing.Extensions.TrxReport.dll", "--report-trx"),
        ("xunit.v3.core.dll", "--report-xunit-trx"),
    ];

    /// <summary>The test assembly.</summary>
    public required string Assembly { get; init; }

    /// <summary>Whether it is an application of Microsoft.Testing.Platform's, which runs its tests itself.</summary>
    public required bool IsApplication { get; init; }

    /// <summary>Which tests; blank for all.</summary>
    public required string Filter { get; init; }

    /// <summary>Further arguments, as a shell would have them.</summary>
    public required string Arguments { get; init; }

    /// <summary>How long they may take; infinite for no limit.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>The name of the file of results.</summary>
    public required string Trx { get; init; }

    /// <summary>The option by which an application writes results; null where it can't.</summary>
    public static string? TrxOption(string assembly) => Array.Find(
        _reporters, reporter => File.Exists(Path.Combine(Path.GetDirectoryName(assembly)!, reporter.Assembly))).Option;

    /// <summary>The shell script.</summary>
    /// <param name="sdk">Has the runner for what is no application.</param>
    /// <exception cref="SandboxConfigurationException">MAY1104: a filter for an application.</exception>
    public string Script(HostSdk sdk)
    {
        var words = IsApplication ? Application() : Runner(sdk);
        return $"mkdir -p {ResultsPath} && cd {Quote(Path.GetDirectoryName(Assembly)!)} && exec dotnet exec {string.Join(' ', words)}";
    }

    private IEnumerable<string> Runner(HostSdk sdk)
    {
        yield return Quote(sdk.VsTestPath);
        yield return Quote(Assembly);
        yield return Quote($"--logger:trx;LogFileName={Trx}");
        yield return $"--ResultsDirectory:{ResultsPath}";
        if (Filter.Length > 0)
        {
            yield return Quote($"--TestCaseFilter:{Filter}");
        }

        yield return Arguments;
        if (Timeout > TimeSpan.Zero)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"-- RunConfiguration.TestSessionTimeout={Timeout.TotalMilliseconds:0}");
        }
    }

    private IEnumerable<string> Application()
    {
        if (Filter.Length > 0)
        {
            throw new SandboxConfigurationException(
                ErrorCode.TaskParameterInvalid,
                $"the Filter of '{Path.GetFileName(Assembly)}' is '{Filter}', but its own framework reads what is to be run. Write it as Arguments, such as --filter-class or --filter; see 'dotnet {Path.GetFileName(Assembly)} --help'.");
        }

        yield return Quote(Assembly);
        yield return $"--results-directory {ResultsPath}";
        if (TrxOption(Assembly) is { } option)
        {
            yield return $"{option} {option}-filename {Quote(Trx)}";
        }

        if (Timeout > TimeSpan.Zero)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"--timeout {Math.Ceiling(Timeout.TotalSeconds):0}s");
        }

        yield return Arguments;
    }

    private static string Quote(string word) => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
