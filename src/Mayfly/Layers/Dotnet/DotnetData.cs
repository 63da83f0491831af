using Mayfly.Native;

namespace Mayfly.Layers.Dotnet;

/// <summary>The files that .NET, and what it opens while it runs, read at places of their own. A host may lack any of them.</summary>
internal static class DotnetData
{
    private const string Zones = "/usr/share/zoneinfo";
    private const string LocalTime = "/etc/localtime";
    private const string Certificates = "/etc/ssl/certs/ca-certificates.crt";
    private const string ProviderSuffix = ".so";

    // Where a program of its own, not started by `dotnet`, looks for a .NET that is in no usual place.
    private static readonly string[] _installLocations = ["/etc/dotnet/install_location", "/etc/dotnet/install_location_x64"];

    /// <summary>Adds the time zones and the local one of them.</summary>
    public static void AddTimeZones(HostTree tree)
    {
        if (Directory.Exists(Zones))
        {
            // These two hold all zones once more, with and without leap seconds.
            _ = tree.AddFolder(Zones, "posix", "right");
        }

        if (File.Exists(LocalTime))
        {
            // By the link .NET knows the zone's name.
            var zone = RealPath.Of(LocalTime);
            if (zone.StartsWith($"{RealPath.Of(Path.GetDirectoryName(Zones)!)}/", StringComparison.Ordinal))
            {
                tree.AddFile(zone, zone);
                tree.AddLink(LocalTime, zone);
            }
            else
            {
                tree.AddFile(LocalTime, zone);
            }
        }
    }

    /// <summary>Adds what tells where .NET is installed.</summary>
    public static void AddInstallLocation(HostTree tree)
    {
        foreach (var path in _installLocations.Where(File.Exists))
        {
            _ = tree.AddFile(path);
        }
    }

    /// <summary>Adds OpenSSL's configuration, providers and trusted certificates.</summary>
    /// <param name="tree">Where they are added.</param>
    /// <param name="library">Its libcrypto.</param>
    /// <returns>The providers, which are libraries.</returns>
    public static IReadOnlyList<string> AddOpenSsl(HostTree tree, string library)
    {
        var places = OpenSslPlaces.Read(library);
        if (File.Exists(Certificates))
        {
            _ = tree.AddFile(Certificates);
        }

        if (places.Folder is { } folder)
        {
            foreach (var name in (string[])["openssl.cnf", "cert.pem"])
            {
                if (File.Exists(Path.Combine(folder, name)))
                {
                    _ = tree.AddFile(Path.Combine(folder, name));
                }
            }

            if (new DirectoryInfo(Path.Combine(folder, "certs")) is { Exists: true, LinkTarget: not null } certificates)
            {
                tree.AddName(certificates.FullName, RealPath.Of(certificates.FullName));
            }
        }

        return places.Providers is { } providers && Directory.Exists(providers)
            ? [.. tree.AddFolder(providers).Where(file => file.EndsWith(ProviderSuffix, StringComparison.Ordinal))]
            : [];
    }
}
