using System.Text;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Boot;

/// <summary>Sets up the machine's network card. What fails is a warning: a machine without a network still has its session.</summary>
internal static class NetworkCard
{
    /// <summary>For the driver to find the card; mostly it has by the time it is loaded.</summary>
    private const int PatienceMs = 2000;

    public static void SetUp(NetworkSettings settings, DeviceEvents events, BootLog log)
    {
        try
        {
            using var card = new NetworkInterface(NetworkSettings.Interface);
            if (!IsThere(card, events))
            {
                log.Warn($"there is no network interface {NetworkSettings.Interface}: the kernel has no driver for the card (virtio_net)");
                return;
            }

            Configure(card, settings);
            if (settings.DnsServer is { } server)
            {
                NameResolver(server);
            }
        }
        catch (NativeException exception)
        {
            log.Warn($"the network could not be set up: {exception.Message}");
        }
    }

    private static bool IsThere(NetworkInterface card, DeviceEvents events)
    {
        var deadline = Environment.TickCount64 + PatienceMs;
        while (!card.Exists)
        {
            var left = deadline - Environment.TickCount64;
            if (left <= 0 || !events.Wait((int)left))
            {
                return card.Exists;
            }
        }

        return true;
    }

    private static void Configure(NetworkInterface card, NetworkSettings settings)
    {
        if (settings.Address is { } address)
        {
            card.SetAddress(Parse(address, "address"), settings.PrefixLength);
        }

        if (settings.Mtu is { } mtu)
        {
            card.SetMtu(mtu);
        }

        card.Raise();
        if (settings.Gateway is { } gateway)
        {
            card.AddDefaultRoute(Parse(gateway, "gateway"));
        }
    }

    private static void NameResolver(string server)
    {
        _ = Parse(server, "name server");
        const int Create = Linux.O_WRONLY | Linux.O_CREAT | Linux.O_TRUNC | Linux.O_CLOEXEC;
        using var file = Libc.Open(GuestPaths.ResolverConfiguration, Create, 0b110_100_100);
        if (file.IsInvalid || !Files.TryWrite(file, Encoding.UTF8.GetBytes($"nameserver {server}\n")))
        {
            throw NativeException.Last($"writing {GuestPaths.ResolverConfiguration}");
        }
    }

    private static InternetAddress Parse(string text, string what) =>
        InternetAddress.TryParse(text, out var address) ? address : throw new NativeException($"the {what} '{text}'", Errno.EINVAL);
}
