using System.Text;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Tests.Agent;

/// <summary>A sandbox's directory as a killed warden leaves it, or a damaged one.</summary>
internal sealed class SandboxRecord
{
    private readonly string _directory;

    public SandboxRecord(string root, string id)
    {
        _directory = Path.Combine(root, id);
        Directory.CreateDirectory(_directory);
        File.WriteAllBytes(Path.Combine(_directory, ResourceNames.LockFile), []);
        Facts(Encoding.UTF8.GetString(new SandboxFacts { Id = id, Created = DateTimeOffset.UnixEpoch }.Write()));
    }

    public bool Exists => Directory.Exists(_directory);

    public SandboxRecord Facts(string? text) => Write(ResourceNames.FactsFile, text);

    public SandboxRecord Handles(params string[] lines) => Write(ResourceNames.HandlesFile, string.Concat(lines));

    public SandboxRecord Lock(string? text) => Write(ResourceNames.LockFile, text);

    /// <summary>The line of a process that runs.</summary>
    public static string Process(ProcessIdentity identity)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["program"] = "sleep" };
        identity.AddTo(facts, "");
        return Encoding.UTF8.GetString(new HandleLine(1, HandleState.Made, new ResourceHandle(ResourceKind.Process, facts)).Write());
    }

    private SandboxRecord Write(string name, string? text)
    {
        var path = Path.Combine(_directory, name);
        if (text is null)
        {
            File.Delete(path);
        }
        else
        {
            File.WriteAllText(path, text);
        }

        return this;
    }
}
