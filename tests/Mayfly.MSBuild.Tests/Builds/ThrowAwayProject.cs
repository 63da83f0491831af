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
    private readonly string _name;

    /// <param name="runtime">Where its machines live.</param>
    /// <param name="body">Items and targets of the project file.</param>
    /// <param name="program">Its only source file.</param>
    /// <param name="folder">The name of its folder.</param>
    public ThrowAwayProject(RuntimeDirectory runtime, string body, string program = Program, string folder = "app")
    {
        _runtime = runtime;
        _name = folder;
        WriteProject(body);
        Write("Program.cs", program);
    }

    /// <summary>Its folder.</summary>
    public string Folder => _directory[_name];

    /// <summary>The folder that its folder is in, for others beside it.</summary>
    public string Parent => _directory.Path;

    public string this[string relative] => Path.Combine(Folder, relative);

    /// <summary>Writes a file of the project.</summary>
    public void Write(string relative, string content) => _directory.Write(Path.Combine(_name, relative), content);

    /// <summary>Writes the project file anew.</summary>
    public void WriteProject(string body) => Write("app.csproj", ProjectText(body));

    /// <summary>A project file, with the imports that a package reference would bring.</summary>
    public static string ProjectText(string body) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>Exe</OutputType>
            <UseAppHost>false</UseAppHost>
          </PropertyGroup>
          {ImportBefore}
          {body}
          {ImportAfter}
        </Project>
        """;

    /// <summary>What a package reference would bring ahead of the project's own text.</summary>
    public static string ImportBefore { get; } = $"""
        <PropertyGroup><MayflyTaskAssembly>{Metadata("TaskAssembly")}</MayflyTaskAssembly></PropertyGroup>
        <Import Project="{Metadata("BuildFiles")}Mayfly.MSBuild.props" />
        """;

    /// <summary>And behind it.</summary>
    public static string ImportAfter { get; } = $"""<Import Project="{Metadata("BuildFiles")}Mayfly.MSBuild.targets" />""";

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
    public RunningBuild StartDotNet(string[] arguments) => StartDotNet(arguments, Folder);

    /// <summary>Starts <c>dotnet</c> in another folder.</summary>
    public RunningBuild StartDotNet(string[] arguments, string directory, params (string Name, string Value)[] environment) =>
        new(directory, _runtime.Path, arguments, environment);

    /// <summary>Fails where a machine, its directory, a process of the build or a staging folder has outlived its build.</summary>
    public void AssertNothingIsLeft()
    {
        AssertNoMachineIsLeft();

        // The nodes of a build that are not to be used again are told to end, and not waited for.
        foreach (var (id, commandLine) in RunningBuild.ProcessesOf(_runtime.Path))
        {
            Assert.True(RunningBuild.WaitForEnd(id), $"{id} has outlived its build: {commandLine}");
        }
    }

    /// <summary>The same for a build whose nodes wait for the next one.</summary>
    public void AssertNoMachineIsLeft()
    {
        Assert.Empty(RunningBuild.ProcessesNaming(_directory.Path));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path, "run-*", SearchOption.AllDirectories));
        _runtime.AssertNoMachineIsLeft();
    }

    public void Dispose() => _directory.Dispose();

    private static string Metadata(string key) =>
        typeof(ThrowAwayProject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
