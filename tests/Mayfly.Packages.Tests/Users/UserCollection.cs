namespace Mayfly.Packages.Tests.Users;

/// <summary>One user, who does one thing after the other; what is restored for the first is there for the others.</summary>
[CollectionDefinition(Name)]
public sealed class UserCollection : ICollectionFixture<UserFolder>
{
    public const string Name = "User";
}
