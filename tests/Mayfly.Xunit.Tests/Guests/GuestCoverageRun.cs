using Mayfly.Xunit.Tests.Cases.Guests;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>Tests that pass places of an instrumented assembly.</summary>
public sealed class GuestCoverageRun() : GuestCasesRun(typeof(GuestCoverageCases));
