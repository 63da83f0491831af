namespace Mayfly.Xunit.V3.Tests.Cases;

/// <summary>What xUnit can't serialize, so that rows of it are only told apart when the theory runs.</summary>
public sealed class Opaque(int number)
{
    public int Number => number;

    public override string ToString() => $"opaque {number}";
}
