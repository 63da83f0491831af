using System.Globalization;

namespace Mayfly.Chaos;

/// <summary>What a run is asked for.</summary>
internal sealed record ChaosOptions
{
    public const string Usage =
        """
        usage: build/chaos [--rounds N] [--what WHO] [--seed S] [--parallel P] [--stop SECONDS] [--live LIFE]
          WHO: owner, warden, monitor, owner+warden, owner+monitor, warden+monitor, image or all (default)
          --rounds for each WHO (default 20); --stop stops the owner with SIGSTOP for that long before it is killed
          LIFE: sandbox (default), or pool: a template of its own, clones of it and a pool; wardens and keepers die together
        """;

    public int Rounds { get; init; } = 20;

    public IReadOnlyList<Victims> What { get; init; } = VictimNames.All;

    public ulong Seed { get; init; } = 1;

    public int Parallel { get; init; } = 2;

    public TimeSpan Stop { get; init; }

    /// <summary>What owners do: <see cref="OwnerProgram.Live"/> or <see cref="OwnerProgram.LivePool"/>.</summary>
    public string Life { get; init; } = OwnerProgram.Live;

    /// <returns>The options; null where the arguments are none.</returns>
    public static ChaosOptions? Parse(IReadOnlyList<string> arguments)
    {
        var options = new ChaosOptions();
        for (var index = 0; index < arguments.Count; index += 2)
        {
            var value = index + 1 < arguments.Count ? arguments[index + 1] : "";
            var next = arguments[index] switch
            {
                "--rounds" when TryNumber(value) is > 0 and var rounds => options with { Rounds = rounds },
                "--what" when VictimNames.Parse(value) is { } what => options with { What = what },
                "--seed" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) => options with { Seed = seed },
                "--parallel" when TryNumber(value) is > 0 and var parallel => options with { Parallel = parallel },
                "--stop" when TryNumber(value) is > 0 and var seconds => options with { Stop = TimeSpan.FromSeconds(seconds) },
                "--live" when value is "sandbox" or "pool" => options with { Life = value == "pool" ? OwnerProgram.LivePool : OwnerProgram.Live },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            options = next;
        }

        return options;
    }

    private static int TryNumber(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
