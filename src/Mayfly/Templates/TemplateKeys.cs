using System.Globalization;
using Mayfly.Hypervisors;
using Mayfly.Images.Cache;
using Mayfly.Protocol;

namespace Mayfly.Templates;

/// <summary>What makes a template another one.</summary>
internal static class TemplateKeys
{
    // A change in how templates are made must make new ones.
    private const string Recipe = "1";

    /// <summary>The key of the template of these options.</summary>
    /// <param name="basis">What the machine rests on.</param>
    /// <param name="options">What it is made of.</param>
    /// <param name="preparation">What its user has done to it, by whatever name tells one from another; null for nothing.</param>
    public static CacheKey Of(StartBasis basis, SandboxOptions options, string? preparation = null)
    {
        var spec = new MachineSpec
        {
            Id = "template",
            KernelPath = basis.Image.KernelPath,
            InitramfsPaths = basis.InitramfsPaths,
            Memory = options.Memory,
            Cpus = options.Cpus,
            Accelerator = basis.Accelerator.Accelerator,
            Devices = [new SerialPortDevice(GuestPaths.SessionPort, "/session")],
            KernelArguments = options.KernelArguments,
        };
        var inputs = new Dictionary<string, string>
        {
            ["recipe"] = Recipe,
            ["image"] = basis.Image.Digest,
            ["memory"] = options.Memory.ToString(),
            ["cpus"] = options.Cpus.ToString(CultureInfo.InvariantCulture),
            ["monitor"] = basis.Hypervisor.Describe(spec),
            ["archives"] = string.Join('\n', basis.InitramfsPaths.Skip(1)),
            ["layers"] = string.Join('\n', basis.Layers.TemplateInputs),
        };
        if (preparation is not null)
        {
            inputs["preparation"] = preparation;
        }

        return new CacheKey(TemplateShelf.Kind, inputs);
    }
}
