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
    /// <exception cref="SandboxImageException">One is missing, or is no such file (MAY5003).</exception>
    public static LibraryClosure Find(IEnumerable<string> programs, LibraryFolder folder, GuestArchitecture architecture)
    {
        var interpreters = new SortedSet<string>(StringComparer.Ordinal);
        var libraries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var waiting = new Queue<string>(programs);
        while (waiting.TryDequeue(out var path))
        {
            var info = Read(path, architecture);
            IEnumerable<string> names = info.Needed;
            if (info.Interpreter is { } interpreter)
            {
                interpreters.Add(interpreter);
                names = names.Append(Path.GetFileName(interpreter));
            }

            foreach (var name in names)
            {
                if (!libraries.ContainsKey(name))
                {
                    var library = folder.Find(name) ?? throw Missing(name, path);
                    libraries.Add(name, library);
                    waiting.Enqueue(library);
                }
            }
        }

        return new LibraryClosure(interpreters, libraries);
    }

    private static DynamicInfo Read(string path, GuestArchitecture architecture)
    {
        try
        {
            using var file = File.OpenRead(path);
            return DynamicInfoReader.Read(file, architecture);
        }
        catch (InvalidDataException exception)
        {
            throw new SandboxImageException(
                ErrorCode.ImageBuildFailed, $"what {Path.GetFileName(path)} needs to be loaded can't be told: {exception.Message}", exception);
        }
    }

    private static SandboxImageException Missing(string name, string neededBy)
        => new(ErrorCode.ImageBuildFailed, $"{Path.GetFileName(neededBy)} needs {name}, which is not at hand");
}
