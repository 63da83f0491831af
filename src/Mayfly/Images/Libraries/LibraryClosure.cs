using Mayfly.Diagnostics;

namespace Mayfly.Images.Libraries;

/// <summary>All that programs need to be loaded: their libraries, and what those need in their turn.</summary>
/// <param name="Interpreters">The paths where the kernel looks for their loaders, each of them among the libraries by its file name.</param>
/// <param name="Libraries">The libraries' names with the host's files, in the order of the names.</param>
internal sealed record LibraryClosure(IReadOnlyCollection<string> Interpreters, IReadOnlyDictionary<string, string> Libraries)
{
    /// <summary>Finds it among the libraries at hand.</summary>
    /// <param name="programs">Programs and libraries of the host to begin with, which are not part of the result.</param>
    /// <param name="folder">Where libraries and loaders are looked for.</param>
    /// <param name="architecture">Whose they all must be.</param>
    /// <param name="optional">More to begin with, of which what is missing, or is for another architecture, is left out.</param>
    /// <exception cref="SandboxImageException">One is missing, or is no such file (MAY5003).</exception>
    public static LibraryClosure Find(IEnumerable<string> programs, LibraryFolder folder, GuestArchitecture architecture, params IEnumerable<string> optional)
    {
        var interpreters = new SortedSet<string>(StringComparer.Ordinal);
        var libraries = new SortedDictionary<string, string>(StringComparer.Ordinal);

        // All that programs need comes before what is optional: it may be missing in no way.
        var waiting = new PriorityQueue<string, bool>();
        waiting.EnqueueRange(programs, false);
        waiting.EnqueueRange(optional, true);
        while (waiting.TryDequeue(out var path, out var isOptional))
        {
            if (Read(path, architecture, isOptional) is not { } info)
            {
                continue;
            }

            IEnumerable<string> names = info.Needed;
            if (info.Interpreter is { } interpreter)
            {
                interpreters.Add(interpreter);
                names = names.Append(Path.GetFileName(interpreter));
            }

            foreach (var name in names)
            {
                if (!libraries.ContainsKey(name) && (folder.Find(name) ?? (isOptional ? null : throw Missing(name, path))) is { } library)
                {
                    libraries.Add(name, library);
                    waiting.Enqueue(library, isOptional);
                }
            }
        }

        return new LibraryClosure(interpreters, libraries);
    }

    private static DynamicInfo? Read(string path, GuestArchitecture architecture, bool isOptional)
    {
        try
        {
            return DynamicInfoReader.Read(path, architecture);
        }
        catch (InvalidDataException exception)
        {
            return isOptional ? null : throw new SandboxImageException(
                ErrorCode.ImageBuildFailed, $"what {Path.GetFileName(path)} needs to be loaded can't be told: {exception.Message}", exception);
        }
    }

    private static SandboxImageException Missing(string name, string neededBy)
        => new(ErrorCode.ImageBuildFailed, $"{Path.GetFileName(neededBy)} needs {name}, which is not at hand");
}
