using Mayfly.Xunit.Tests.Cases.Guests;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>Tests that do what tests do.</summary>
public sealed class GuestOrdinaryRun() : GuestCasesRun(typeof(GuestOrdinaryCases), typeof(GuestBrokenFixtureCases), typeof(GuestUndisposableFixtureCases), typeof(GuestUnevenCases));
