namespace Mayfly.Xunit.Tests.Cases;

/// <summary>A value xUnit can't serialize.</summary>
public sealed class Opaque(int number)
{
    public int Number { get; } = number;

    public override string ToString() => $"opaque {Number}";
}
