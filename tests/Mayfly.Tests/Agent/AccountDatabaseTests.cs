using Mayfly.Agent.Exec;
using Mayfly.Protocol;

namespace Mayfly.Tests.Agent;

public sealed class AccountDatabaseTests
{
    private const string Passwd = """
        root:x:0:0:root:/root:/bin/bash
        broken
        sandbox:x:1000:1000::/home/sandbox:
        1001:x:7:7::/named-like-a-number:/bin/sh
        other:x:1001:1001::/other:/bin/sh
        """;

    private const string Group = "root:x:0:\nextra:x:2000:nobody,sandbox\ndocker:x:2001:other\n";

    private readonly AccountDatabase _database = new(Passwd, Group);

    [Fact]
    public void RootIsTheDefault()
    {
        var account = _database.Find(null);

        Assert.Equal((0u, 0u, "root", "/root", "/bin/bash"), (account.UserId, account.GroupId, account.Name, account.Home, account.Shell));
    }

    [Fact]
    public void InASessionOfSomebodyElseTheirUserIsTheDefault() =>
        Assert.Equal("sandbox", new AccountDatabase(Passwd, Group, self: 1000).Find(null).Name);

    [Fact]
    public void ANameBringsItsSupplementaryGroups()
    {
        var account = _database.Find("sandbox");

        Assert.Equal(1000u, account.UserId);
        Assert.Equal([1000u, 2000u], account.Groups);
        Assert.Equal("/bin/sh", account.Shell);
    }

    [Theory]
    [InlineData("sandbox:docker", 1000, 2001)]
    [InlineData("1000:2000", 1000, 2000)]
    [InlineData("4242:77", 4242, 77)]
    [InlineData("4242", 4242, 4242)]
    [InlineData("1001", 7, 7)]
    public void UsersAndGroupsAreNamesBeforeTheyAreNumbers(string user, uint userId, uint groupId)
    {
        var account = _database.Find(user);

        Assert.Equal((userId, groupId), (account.UserId, account.GroupId));
    }

    [Theory]
    [InlineData("nobody-here")]
    [InlineData("")]
    [InlineData(":root")]
    [InlineData("-1")]
    [InlineData("4294967295")]
    [InlineData("root:no-such-group")]
    [InlineData("root:")]
    public void WhoDoesNotExistIsUnknown(string user) =>
        Assert.Equal(StartFailure.UnknownUser, Assert.Throws<StartException>(() => _database.Find(user)).Failure);

    [Fact]
    public void RootNeedsNoEntry() => Assert.Equal("/root", new AccountDatabase("", "").Find(null).Home);
}
