namespace Mayfly.Chaos;

/// <summary>The figures of a run.</summary>
internal static class ChaosTable
{
    public static void Write(IReadOnlyList<RoundResult> results, TextWriter output)
    {
        output.WriteLine($"{"victim",-16}{"rounds",7}{"missed",7}{"leaks",6}{"hangs",6}{"other",6}{"p50 ms",8}{"p99 ms",8}{"max ms",8}  reported as");
        foreach (var victims in VictimNames.All)
        {
            RoundResult[] rows = [.. results.Where(result => result.Plan.Victims == victims)];
            if (rows.Length == 0)
            {
                continue;
            }

            double[] times = [.. rows.Where(row => !row.WasMissed && row.TimeToClean is not null).Select(row => row.TimeToClean!.Value.TotalMilliseconds).Order()];
            var hangs = rows.Count(row => IsHang(row));
            var codes = rows.Select(row => row.Report?.Split(' ')[0]).OfType<string>().CountBy(code => code).OrderByDescending(pair => pair.Value);
            output.WriteLine(
                $"{VictimNames.Of(victims),-16}{rows.Length,7}{rows.Count(row => row.WasMissed),7}{rows.Count(row => row.Left.Count > 0),6}{hangs,6}"
                + $"{rows.Count(row => row.Trouble is not null) - hangs,6}{At(times, 0.5),8:0}{At(times, 0.99),8:0}{At(times, 1),8:0}"
                + $"  {string.Join(", ", codes.Select(pair => $"{pair.Key} {pair.Value}x"))}");
        }
    }

    private static bool IsHang(RoundResult row) => row.Trouble?.StartsWith(Trouble.Hang, StringComparison.Ordinal) == true;

    private static double At(double[] sorted, double quantile) =>
        sorted.Length == 0 ? double.NaN : sorted[(int)Math.Ceiling(quantile * (sorted.Length - 1))];
}
