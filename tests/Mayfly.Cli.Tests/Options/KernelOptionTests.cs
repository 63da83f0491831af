using Mayfly.Cli.Options;

namespace Mayfly.Cli.Tests.Options;

public sealed class KernelOptionTests
{
    [Theory]
    [InlineData("stock", SandboxKernel.Stock, null)]
    [InlineData("minimal", SandboxKernel.Minimal, null)]
    [InlineData("./minimal", SandboxKernel.Stock, "./minimal")]
    [InlineData("/boot/stock", SandboxKernel.Stock, "/boot/stock")]
    [InlineData("Minimal", SandboxKernel.Stock, "Minimal")]
    public void AWordIsAKernelOfMayflysAndAnythingElseAPath(string text, SandboxKernel kernel, string? path) =>
        Assert.Equal((kernel, path), KernelOption.Parse(text));
}
