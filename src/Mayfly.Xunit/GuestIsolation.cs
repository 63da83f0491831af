namespace Mayfly.Xunit;

/// <summary>Which tests in guests share a machine.</summary>
public enum GuestIsolation
{
    /// <summary>As <see cref="GuestDefaultsAttribute"/> says, else <see cref="Test"/>.</summary>
    Unspecified = 0,

    /// <summary>None: each test and each row of a theory has a fresh one.</summary>
    Test = 1,

    /// <summary>
    /// The tests of a class, which then also share their fixtures. All tests of the class must be guest tests with the same
    /// options.
    /// </summary>
    Class = 2,
}
