using System.Globalization;
using System.Text;
using Microsoft.Build.Framework;

namespace Mayfly.MSBuild.Machines;

/// <summary>Where the tasks of a build find their sessions.</summary>
internal static class Sessions
{
    private static readonly Lock Gate = new();

    /// <summary>The session of a project build, made where there is none. MSBuild disposes it at the end of the build.</summary>
    /// <param name="engine">Of the task; keeps the session.</param>
    /// <param name="projectFile">With the global properties it tells one project build from another.</param>
    /// <param name="name">As the project has it.</param>
    public static StepSession Find(IBuildEngine6 engine, string projectFile, string name)
    {
        var key = KeyOf(engine.GetGlobalProperties(), projectFile, name);

        // With -mt, the tasks of several projects ask in one process.
        lock (Gate)
        {
            if (engine.GetRegisteredTaskObject(key, RegisteredTaskObjectLifetime.Build) is StepSession known)
            {
                return known;
            }

            var session = new StepSession(name, new SessionMachine());
            engine.RegisterTaskObject(key, session, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
            return session;
        }
    }

    /// <summary>Names the code too: another copy of this assembly has another type of session.</summary>
    private static string KeyOf(IReadOnlyDictionary<string, string> properties, string projectFile, string name)
    {
        var key = new StringBuilder();
        string[] parts =
        [
            "Mayfly session", typeof(StepSession).Assembly.Location, projectFile, name,
            .. properties.OrderBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase).SelectMany(pair => new[] { pair.Key.ToUpperInvariant(), pair.Value }),
        ];
        foreach (var part in parts)
        {
            key.Append(CultureInfo.InvariantCulture, $"{part.Length}:{part};");
        }

        return key.ToString();
    }
}
