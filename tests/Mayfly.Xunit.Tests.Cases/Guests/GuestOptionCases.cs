using System.Globalization;

namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>A machine that is not the usual one.</summary>
public sealed class GuestOptionCases
{
    private const string Nobody = "65534";

    [GuestFact(User = Nobody, Memory = "400M", Cpus = 2, Layers = ["Guests/Data:/extra"])]
    public void IsAsWanted()
    {
        Assert.Contains(File.ReadAllLines("/proc/self/status"), line => line.StartsWith("Uid:", StringComparison.Ordinal) && line.Split('\t')[1] == Nobody);
        var kibibytes = int.Parse(File.ReadAllLines("/proc/meminfo")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        Assert.InRange(kibibytes, 300 * 1024, 400 * 1024);
        Assert.Equal(2, Environment.ProcessorCount);
        Assert.Equal("hello from the host\n", File.ReadAllText("/extra/greeting.txt"));
        Assert.Throws<UnauthorizedAccessException>(() => File.WriteAllText("/proc/sysrq-trigger", "c"));
        File.WriteAllText(Path.Combine(GuestMachine.ArtifactsFolder, "mine"), "");
    }
}
