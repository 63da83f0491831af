namespace Mayfly.Xunit;

/// <summary>How long a fixture's sandbox lives, and so which tests share it.</summary>
public enum SandboxLifetime
{
    /// <summary>A fresh one for each <see cref="SandboxFactAttribute"/> and each row of a <see cref="SandboxTheoryAttribute"/>.</summary>
    PerTest = 0,

    /// <summary>One for the tests of a class, also where several classes have the fixture through a collection.</summary>
    PerClass = 1,

    /// <summary>One for as long as xUnit keeps the fixture: for a collection with <c>ICollectionFixture</c>, for a class with <c>IClassFixture</c>.</summary>
    PerCollection = 2,
}
