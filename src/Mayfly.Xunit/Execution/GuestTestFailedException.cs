using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Execution;

/// <summary>Stands for what a test in a guest threw, until the failure itself takes its place.</summary>
/// <param name="failure">What the guest has told.</param>
internal sealed class GuestTestFailedException(GuestFailure failure) : Exception(GuestText.NeutraliseLines(failure.ToString()));
