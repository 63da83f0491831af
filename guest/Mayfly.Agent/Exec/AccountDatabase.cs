using System.Globalization;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Exec;

/// <summary>
/// The guest's own users and groups. Read afresh for each command, because commands may change them. Who asks for nobody
/// gets the agent's own user, which is root but for a session of somebody else.
/// </summary>
internal sealed class AccountDatabase(string passwd, string group, uint self = 0)
{
    private const int MaxFileBytes = 4 * 1024 * 1024;

    public static AccountDatabase Read() => new(
        Files.TryReadText("/etc/passwd", MaxFileBytes) ?? "",
        Files.TryReadText("/etc/group", MaxFileBytes) ?? "",
        Libc.EffectiveUserId());

    /// <param name="user"><c>name</c>, <c>uid</c>, <c>name:group</c>, <c>uid:gid</c>, or null for the agent's own.</param>
    /// <exception cref="StartException">There is no such user or group.</exception>
    public Account Find(string? user)
    {
        user ??= self.ToString(CultureInfo.InvariantCulture);
        var colon = user.IndexOf(':');
        var account = FindUser(colon < 0 ? user : user[..colon]);
        if (colon < 0)
        {
            return account;
        }

        var groupId = FindGroup(user[(colon + 1)..]);
        return account with { GroupId = groupId, Groups = [groupId] };
    }

    private static bool TryParseId(string text, out uint id) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id != uint.MaxValue;

    private Account FindUser(string user)
    {
        var numeric = TryParseId(user, out var wantedId);
        string[]? byId = null;
        foreach (var fields in Lines(passwd, fieldCount: 7))
        {
            if (fields[0] == user)
            {
                return FromEntry(fields);
            }

            if (byId is null && numeric && TryParseId(fields[2], out var id) && id == wantedId)
            {
                byId = fields;
            }
        }

        if (byId is not null)
        {
            return FromEntry(byId);
        }

        if (!numeric)
        {
            throw new StartException(StartFailure.UnknownUser, $"the guest's /etc/passwd has no user '{user}'");
        }

        // Root needs no entry to have a home; anybody else without one gets a group of the same number, not root's.
        return new Account(wantedId, wantedId, [wantedId], wantedId == 0 ? "root" : user, wantedId == 0 ? "/root" : "/", "/bin/sh");
    }

    private Account FromEntry(string[] fields)
    {
        if (!TryParseId(fields[2], out var userId) || !TryParseId(fields[3], out var groupId))
        {
            throw new StartException(StartFailure.UnknownUser, $"the entry of '{fields[0]}' in the guest's /etc/passwd has no valid ids");
        }

        var groups = new List<uint> { groupId };
        foreach (var entry in Lines(group, fieldCount: 4))
        {
            if (TryParseId(entry[2], out var id) && id != groupId && entry[3].Split(',').Contains(fields[0]))
            {
                groups.Add(id);
            }
        }

        return new Account(userId, groupId, groups, fields[0], fields[5], fields[6].Length > 0 ? fields[6] : "/bin/sh");
    }

    private uint FindGroup(string name)
    {
        foreach (var entry in Lines(group, fieldCount: 4))
        {
            if (entry[0] == name && TryParseId(entry[2], out var id))
            {
                return id;
            }
        }

        return TryParseId(name, out var number)
            ? number
            : throw new StartException(StartFailure.UnknownUser, $"the guest's /etc/group has no group '{name}'");
    }

    private static IEnumerable<string[]> Lines(string file, int fieldCount)
    {
        foreach (var line in file.Split('\n'))
        {
            var fields = line.Split(':');
            if (fields.Length >= fieldCount && fields[0].Length > 0)
            {
                yield return fields;
            }
        }
    }
}
