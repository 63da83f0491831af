namespace Mayfly.Tests.Transports.Vsock.VhostUser.Fuzzing;

/// <summary>SplitMix64: the same numbers for the same seed, on every runtime.</summary>
internal sealed class FuzzRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number from 0 up to, but not, the bound.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>True once in so many times.</summary>
    public bool OneIn(int times) => Below(times) == 0;

    /// <summary>A number at which arithmetic tends to go wrong.</summary>
    public ulong Odd() => Below(8) switch
    {
        0 => 0,
        1 => 1UL << Below(64),
        2 => (1UL << Below(64)) - 1,
        3 => ulong.MaxValue - (ulong)Below(64),
        4 => uint.MaxValue - (ulong)Below(64),
        5 => (ulong)Below(65536),
        6 => (ulong)Below(64),
        _ => Next(),
    };
}
