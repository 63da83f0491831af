using Mayfly.Xunit.Guests;

namespace Mayfly.Xunit;

/// <summary>
/// What the guest tests of an assembly have in common, as far as their own attributes do not say otherwise. What neither says,
/// the environment does: <c>MAYFLY_TEST_TIMEOUT</c> and what <see cref="SandboxOptions.FromEnvironment"/> reads.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class GuestDefaultsAttribute : Attribute, IGuestTestOptions
{
    /// <summary>
    /// Seconds a test may take in its machine, with its constructor, its disposal and the fixtures that are made for it, but without
    /// the start of the machine. More than 0 and at most 86400. Default: <c>MAYFLY_TEST_TIMEOUT</c>, else 120.
    /// </summary>
    public double TimeoutSeconds { get; set; }

    /// <summary>Which tests share a machine. Default: none.</summary>
    public GuestIsolation Isolation { get; set; }

    /// <summary>The machine's memory, such as <c>1G</c>. Default: <c>MAYFLY_MEMORY</c>, else 512M.</summary>
    public string? Memory { get; set; }

    /// <summary>The machine's processors. Default 1.</summary>
    public int Cpus { get; set; }

    /// <summary>
    /// The machine's network: <c>none</c>, <c>user</c>, <c>user:outbound</c>, <c>tap</c> or <c>tap:BRIDGE</c>. Default:
    /// <c>MAYFLY_NETWORK</c>, else none. With one, each machine is booted, which takes seconds.
    /// </summary>
    public string? Network { get; set; }

    /// <summary>
    /// The machine's kernel: <c>stock</c>, <c>minimal</c>, or the path of one on the host. Default: <c>MAYFLY_KERNEL</c>, else
    /// stock.
    /// </summary>
    public string? Image { get; set; }

    /// <summary>
    /// What else of the host's the machine has: <c>FOLDER:/in/the/guest</c>, <c>ARCHIVE.tar.gz:/in/the/guest</c>, or the name or path
    /// of a program, which comes with its libraries. Paths are relative to the test project's output folder. Default: nothing.
    /// </summary>
    public string[]? Layers { get; set; }

    /// <summary>Who the test is in the guest: a name, or a number, that the guest knows. Default <c>root</c>.</summary>
    public string? User { get; set; }
}
