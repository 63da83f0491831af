using System.CommandLine;
using Mayfly.Cli.Options;

namespace Mayfly.Cli.Tests.Options;

public sealed class LayerDotnetOptionTests
{
    [Theory]
    [InlineData("")]
    [InlineData("--layer-dotnet", "")]
    [InlineData("--layer-dotnet=a.dll", "a.dll")]
    [InlineData("--layer-dotnet a.dll --layer-dotnet b.dll", "a.dll", "b.dll")]
    [InlineData("--layer-dotnet --memory 256M", "")]
    public void AnApplicationNeedNotBeNamed(string arguments, params string[] applications)
    {
        var machine = new MachineOptions();
        var command = new Command("test");
        machine.AddTo(command);

        Assert.Equal(applications.Select(application => SandboxLayer.FromDotnet(application)), machine.Read(command.Parse(arguments)).Layers);
    }
}
