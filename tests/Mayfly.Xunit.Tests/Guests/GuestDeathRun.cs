using Mayfly.Xunit.Tests.Cases.Guests;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>Tests that end their process, their machine, or nothing at all.</summary>
public sealed class GuestDeathRun() : GuestCasesRun(typeof(GuestDeathCases), typeof(GuestDeadlineCases));
