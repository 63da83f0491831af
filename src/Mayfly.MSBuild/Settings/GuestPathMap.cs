namespace Mayfly.MSBuild.Settings;

/// <summary>
/// Turns the paths of files that a command names in its errors into the host's, so that an editor opens them. What a hostile guest claims is
/// text and stays text: nothing is looked up, and <c>..</c> is resolved before a path is compared with those that have a place on the host.
/// </summary>
internal sealed class GuestPathMap
{
    private readonly IReadOnlyList<(string GuestPath, string HostPath)> _places;
    private readonly string _workingDirectory;

    /// <param name="projectDirectory">What <see cref="GuestLayout.Root"/> is on the host.</param>
    /// <param name="files">
    /// Inputs, outputs and folders that are mounted, by their paths in the guest; where two paths fit, the longer one counts, and of the same
    /// path the first.
    /// </param>
    /// <param name="workingDirectory">What relative paths start from; absolute, in the guest.</param>
    public GuestPathMap(string projectDirectory, IEnumerable<(string GuestPath, string HostPath)> files, string workingDirectory)
    {
        _places = [.. files.Append((GuestLayout.Root, projectDirectory)).OrderByDescending(place => place.Item1.Length)];
        _workingDirectory = workingDirectory;
    }

    /// <summary>The file's path on the host; as it was written where it has none.</summary>
    public string Map(string path)
    {
        var absolute = Resolve(path);
        foreach (var (guest, host) in _places)
        {
            if (absolute == guest)
            {
                return host;
            }

            var prefix = guest.EndsWith('/') ? guest : guest + "/";
            if (absolute.StartsWith(prefix, StringComparison.Ordinal))
            {
                return Path.Join(host, absolute[prefix.Length..]);
            }
        }

        return path;
    }

    private string Resolve(string path)
    {
        var segments = new List<string>();
        foreach (var segment in (path.StartsWith('/') ? path : $"{_workingDirectory}/{path}").Split('/'))
        {
            if (segment == "..")
            {
                segments.RemoveRange(Math.Max(0, segments.Count - 1), Math.Min(1, segments.Count));
            }
            else if (segment is not ("" or "."))
            {
                segments.Add(segment);
            }
        }

        return "/" + string.Join('/', segments);
    }
}
