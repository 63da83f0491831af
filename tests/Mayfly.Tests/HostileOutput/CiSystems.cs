namespace Mayfly.Tests.HostileOutput;

/// <summary>All CI systems that are known here, however careless they read.</summary>
internal static class CiSystems
{
    /// <summary>Whether one of them takes something in the text for a command.</summary>
    public static bool Obey(string text) => OtherSystems.GitLabObeys(text)
        || CarelessReader.Readings(text).SelectMany(CarelessReader.Lines).Any(line =>
            GitHubRunner.Obeys(line) || AzureAgent.Obeys(line) || AzureAgent.Performs(line) || OtherSystems.TeamCityObeys(line));

    /// <summary>Whether none does, and nothing in the text steers a terminal.</summary>
    public static bool LeaveAlone(string text) =>
        !Obey(text) && !text.Any(character => char.IsControl(character) && character is not ('\n' or '\t'));
}
