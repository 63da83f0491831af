using System.Diagnostics;
using System.Runtime.InteropServices;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Sandboxes.Layers;

/// <summary>A program of the host's SDK that runs in a guest, on the host's .NET.</summary>
[Trait("Category", "MicroVM")]
public sealed class DotnetLayerTests : IDisposable
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <UseAppHost>false</UseAppHost>
          </PropertyGroup>
        </Project>
        """;

    // What needs ICU, time zones, OpenSSL and its certificates, and name resolution, besides the runtime.
    private const string Program = """
        using System;
        using System.Globalization;
        using System.IO;
        using System.Net;
        using System.Runtime.InteropServices;
        using System.Security.Cryptography;
        using System.Security.Cryptography.X509Certificates;
        using System.Text;

        Console.WriteLine(RuntimeInformation.FrameworkDescription);
        Console.WriteLine(1234.5.ToString("N1", new CultureInfo("de-DE")));
        Console.WriteLine(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin").GetUtcOffset(new DateTime(2026, 7, 1, 0, 0, 0, DateTimeKind.Utc)));
        Console.WriteLine(TimeZoneInfo.Local.Id);
        var data = Encoding.UTF8.GetBytes("mayfly");
        Console.WriteLine(Convert.ToHexString(SHA256.HashData(data)));
        using var rsa = RSA.Create(1024);
        Console.WriteLine(rsa.VerifyData(data, rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss), HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
        using var trusted = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
        Console.WriteLine(trusted.Certificates.Count > 0);
        Console.WriteLine(Dns.GetHostAddresses("localhost").Length > 0);
        Console.WriteLine(Environment.UserName);
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "written"), File.ReadAllText("/proc/sys/kernel/osrelease"));
        Console.Write(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "written")));
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AnApplicationRunsInTheGuestAsOnTheHost()
    {
        var application = await BuildAsync();
        var folder = Path.GetDirectoryName(application)!;
        var onHost = await RunAsync(application);
        File.Delete(Path.Combine(folder, "written"));

        await using var sandbox = await Sandbox.StartAsync(new SandboxOptions
        {
            Cold = true,
            Layers = [SandboxLayer.FromDotnet(application), SandboxLayer.FromFolder(folder, folder) with { Writable = ByteSize.MiB(64) }],
        });
        var result = await sandbox.ExecAsync(["dotnet", application], Patience.Long);

        result.EnsureSuccess();
        var lines = result.StandardOutput.Split('\n');
        Assert.Equal(onHost.Split('\n')[..8], lines[..8]);
        Assert.Equal([RuntimeInformation.FrameworkDescription, "1.234,5", "02:00:00"], lines[..3]);
        Assert.Equal(["True", "True", "True", "root", sandbox.Guest.KernelRelease], lines[5..^1]);
        Assert.False(File.Exists(Path.Combine(folder, "written")));
    }

    private static string Dotnet => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    private async Task<string> BuildAsync()
    {
        await File.WriteAllTextAsync(_folder["application.csproj"], Project);
        await File.WriteAllTextAsync(_folder["Program.cs"], Program);

        // No build server may stay behind.
        await RunAsync("build", _folder["application.csproj"], "-nodeReuse:false", "-p:UseSharedCompilation=false", "-o", _folder["out"]);
        return _folder["out/application.dll"];
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Dotnet, arguments) { RedirectStandardOutput = true };

        // The guest has the host's own zone, and not that of whoever runs this.
        start.Environment.Remove("TZ");
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync().WithPatience();
        await process.WaitForExitAsync().WithPatience();
        Assert.True(process.ExitCode == 0, output);
        return output;
    }
}
