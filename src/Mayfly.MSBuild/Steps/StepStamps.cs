using System.Security.Cryptography;
using System.Text;

namespace Mayfly.MSBuild.Steps;

/// <summary>Where the stamps of a step are.</summary>
/// <param name="directory">The folder of all stamps.</param>
/// <param name="step">The step's name, which is fit for a file and holds no <c>@</c>.</param>
internal sealed class StepStamps(string directory, string step)
{
    /// <summary>The name of a stamp ends in this.</summary>
    public const string Extension = ".stamp";

    private const int DigestChars = 24;

    /// <summary>The stamp of a step that runs once.</summary>
    public string PathOfStep => Path.Combine(directory, step + Extension);

    /// <summary>The stamp for one of its files.</summary>
    public string PathOf(string file) =>
        Path.Combine(directory, $"{step}@{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file)))[..DigestChars]}{Extension}");

    /// <summary>Every stamp of the step there is.</summary>
    public IReadOnlyList<string> All() =>
        Directory.Exists(directory)
            ? [.. Directory.EnumerateFiles(directory, $"{step}@*{Extension}").Append(PathOfStep).Where(File.Exists)]
            : [];
}
