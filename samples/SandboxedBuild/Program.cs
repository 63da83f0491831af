using SandboxedBuild;

(string Service, string Protocol)[] wanted = [("https", "tcp"), ("domain", "udp"), ("postgresql", "tcp"), ("www", "tcp"), ("mayfly", "tcp")];

Console.WriteLine($"{Ports.Rows} rows, turned into C# on {Ports.GeneratedOn}");
Console.WriteLine($"this host runs Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}");
foreach (var (service, protocol) in wanted)
{
    Console.WriteLine($"  {service}/{protocol}: {Ports.Find(service, protocol)?.ToString() ?? "not in the table"}");
}
