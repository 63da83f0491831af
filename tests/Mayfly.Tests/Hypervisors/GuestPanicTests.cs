using Mayfly.Diagnostics;
using Mayfly.Hypervisors;

namespace Mayfly.Tests.Hypervisors;

public sealed class GuestPanicTests
{
    [Theory]
    [InlineData("[ 3.5] Kernel panic - not syncing: System is deadlocked on memory\r\n", ErrorCode.NotEnoughMemory)]
    [InlineData("[ 0.4] Initramfs unpacking failed: write error\n[ 0.5] Kernel panic - not syncing: No working init found.\n", ErrorCode.NotEnoughMemory)]
    [InlineData("[ 0.5] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000700\n", ErrorCode.GuestPanicked)]
    [InlineData("", ErrorCode.GuestPanicked)]
    public void TheConsoleTellsWantOfMemoryFromOtherPanics(string console, string code) =>
        Assert.Equal(code, GuestPanic.Explain(console, ByteSize.MiB(128)).Code);

    [Fact]
    public void TheLineOfAPanicIsBoundedAndHasNoControlCharacters()
    {
        var line = GuestPanic.FindLine($"boot\r\n[ 0.5] Kernel panic - not syncing: \u001b[31m{new string('x', 1000)}\r\nmore");

        Assert.StartsWith("Kernel panic - not syncing: xxx", line, StringComparison.Ordinal);
        Assert.InRange(line!.Length, 100, 200);
    }

    [Fact]
    public void AConsoleWithoutAPanicHasNoLine() => Assert.Null(GuestPanic.FindLine("reboot: Restarting system"));
}
