using System.Reflection;

namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>
/// A console project outside the tree that a user could have written, but for the imports that a package reference
/// would bring.
/// </summary>
internal sealed class ThrowAwayProject : IDisposable
{
    private const string Program = "System.Console.WriteLine(Generated.Text);";

    private readonly TempDirectory _directory = new();
    private readonly RuntimeDirectory _runtime;

    /// <param name="runtime">Where its machines live.</param>
    /// <param name="body">Items and targets of the project file.</param>
    /// <param name="program">Its only source file.</param>
    public ThrowAwayProject(RuntimeDirectory runtime, string body, string program = Program)
    {
        _runtime = runtime;
        WriteProject(body);
        Write("Program.cs", program);
    }

    /// <summary>Its folder.</summary>
    public string Folder => _directory["app"];

    public string this[string relative] => Path.Combine(Folder, relative);

    /// <summary>Writes a file of the project.</summary>
    public void Write(string relative, string content) => _directory.Write(Path.Combine("app", relative), content);

    /// <summary>Writes the project file anew.</summary>
    public void WriteProject(string body) => Write("app.csproj", $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>Exe</OutputType>
            <UseAppHost>false</UseAppHost>
            <MayflyTaskAssembly>{Metadata("TaskAssembly")}</MayflyTaskAssembly>
          </PropertyGroup>
          <Import Project="{Metadata("BuildFiles")}Mayfly.MSBuild.props" />
          {body}
          <Import Project="{Metadata("BuildFiles")}Mayfly.MSBuild.targets" />
        </Project>
        """);

    /// <summary>Builds it, as <c>dotnet build</c> with further arguments.</summary>
    public Task<BuildResult> BuildAsync(params string[] arguments) => RunAsync(["build", "-v:n", "-tl:off", "-nodeReuse:false", .. arguments]);

    /// <summary>Runs what was built.</summary>
    public Task<BuildResult> RunProgramAsync() => RunAsync(["bin/Debug/net10.0/app.dll"]);

    /// <summary>Runs <c>dotnet</c> in the project's folder.</summary>
    public async Task<BuildResult> RunAsync(string[] arguments)
    {
        using var build = StartDotNet(arguments);
        return await build.ToEndAsync();
    }

    /// <summary>Starts <c>dotnet</c> in the project's folder.</summary>
    public RunningBuild StartDotNet(string[] arguments) => new(Folder, _runtime.Path, arguments);

    /// <summary>Fails where a machine, its directory or a staging folder has outlived its build.</summary>
    public void AssertNothingIsLeft()
    {
        Assert.Empty(RunningBuild.ProcessesNaming(_directory.Path));
        Assert.Empty(RunningBuild.ProcessesNaming(_runtime.Path));
        Assert.Empty(_runtime.Machines);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder, "run-*", SearchOption.AllDirectories));
    }

    public void Dispose() => _directory.Dispose();

    private static string Metadata(string key) =>
        typeof(ThrowAwayProject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
