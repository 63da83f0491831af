using System.Globalization;

namespace Mayfly.Protocol.Supervision;

/// <summary>What a sandbox is, which never changes: the content of <see cref="ResourceNames.FactsFile"/>.</summary>
public sealed record SandboxFacts
{
    private const string OwnerPrefix = "owner_";
    private const string WardenPrefix = "warden_";
    private const string True = "true";

    /// <summary>The sandbox's id.</summary>
    public required string Id { get; init; }

    /// <summary>What its user calls it, which no other living sandbox is called; null where it has no name.</summary>
    public string? Name { get; init; }

    /// <summary>Whether its owner does nothing but keep it, and ends with it.</summary>
    public bool IsKept { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The owner's command line, shortened.</summary>
    public string OwnerCommand { get; init; } = "";

    /// <summary>What the machine is made of, in words.</summary>
    public string Machine { get; init; } = "";

    /// <summary>The process the sandbox belongs to; null until its warden has found out.</summary>
    public ProcessIdentity? Owner { get; init; }

    /// <summary>The warden, which holds the lock; null until it has found out.</summary>
    public ProcessIdentity? Warden { get; init; }

    /// <summary>Writes them as one line.</summary>
    public byte[] Write()
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["id"] = Id,
            ["created_unix_ms"] = Created.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            ["owner_command"] = OwnerCommand,
            ["machine"] = Machine,
        };
        if (Name is not null)
        {
            properties["name"] = Name;
        }

        if (IsKept)
        {
            properties["kept"] = True;
        }

        Owner?.AddTo(properties, OwnerPrefix);
        Warden?.AddTo(properties, WardenPrefix);
        return FlatJson.Write(properties);
    }

    /// <summary>Reads them; null where the text is not one whole line of them.</summary>
    public static SandboxFacts? TryRead(ReadOnlySpan<byte> text)
    {
        if (FlatJson.TryRead(text) is not { } properties
            || !properties.TryGetValue("id", out var id)
            || !long.TryParse(properties.GetValueOrDefault("created_unix_ms"), NumberStyles.None, CultureInfo.InvariantCulture, out var created)
            || created > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return null;
        }

        return new SandboxFacts
        {
            Id = id,
            Name = properties.GetValueOrDefault("name"),
            IsKept = properties.GetValueOrDefault("kept") == True,
            Created = DateTimeOffset.FromUnixTimeMilliseconds(created),
            OwnerCommand = properties.GetValueOrDefault("owner_command", ""),
            Machine = properties.GetValueOrDefault("machine", ""),
            Owner = ProcessIdentity.TryTake(properties, OwnerPrefix),
            Warden = ProcessIdentity.TryTake(properties, WardenPrefix),
        };
    }
}
