using System.Globalization;

namespace Mayfly.Layers.Dotnet;

/// <summary>The libraries that .NET opens while it runs, and that none of its files says it needs. A host may lack any of them.</summary>
internal static class DotnetLibraries
{
    private const string IcuCommon = "libicuuc.so.";
    private const string IcuLocales = "libicui18n.so.";

    // Of OpenSSL's the first that is there.
    private static readonly string[] _openSsl = ["libssl.so.3", "libssl.so.1.1"];

    // Kerberos, and what glibc looks up users and hosts with where it does not do so itself.
    private static readonly string[] _others = ["libgssapi_krb5.so.2", "libnss_files.so.2", "libnss_dns.so.2"];

    /// <summary>Those that the host has, by their names.</summary>
    public static IReadOnlyDictionary<string, string> Find(HostLibraries libraries)
    {
        var found = new Dictionary<string, string>();
        var icu = HighestIcu(libraries) is { } version ? (string[])[IcuCommon + version, IcuLocales + version] : [];
        foreach (var name in (IEnumerable<string>)[.. icu, .. _openSsl.Where(name => libraries.Folder.Find(name) is not null).Take(1), .. _others])
        {
            if (libraries.Folder.Find(name) is { } file)
            {
                found.Add(name, file);
            }
        }

        return found;
    }

    // It counts down from the highest there could be. To .NET's patterns a name that ends before the last period is one of it, too.
    private static string? HighestIcu(HostLibraries libraries) => libraries.Folders
        .SelectMany(folder => Directory.EnumerateFileSystemEntries(folder, IcuCommon + "*"))
        .Select(path => Path.GetFileName(path)[(IcuCommon.Length - 1)..].TrimStart('.'))
        .Where(version => int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out _) && libraries.Folder.Find(IcuLocales + version) is not null)
        .MaxBy(version => int.Parse(version, CultureInfo.InvariantCulture));
}
