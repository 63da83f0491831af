namespace Mayfly.Xunit.Guests;

/// <summary>A test that is to run in a guest.</summary>
/// <param name="DisplayName">As people know it.</param>
/// <param name="Case">Its test case as the test framework serializes it.</param>
/// <param name="Row">Which of the theory's rows; <see cref="Protocol.WorkerRun.NoRow"/> where the test case is one test.</param>
/// <param name="Exercises">Serialized test cases that do nothing, by which machines warm up; the first is the simplest.</param>
/// <param name="Settings">What its machine is.</param>
internal sealed record GuestTest(string DisplayName, string Case, int Row, IReadOnlyList<string> Exercises, GuestTestSettings Settings);
