namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>A fixture of a collection.</summary>
public sealed class GuestCollectionFixture : GuestFixture;
