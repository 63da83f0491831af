namespace Mayfly;

/// <summary>Which of Mayfly's kernels a guest boots.</summary>
public enum SandboxKernel
{
    /// <summary>Debian's cloud kernel with its modules, downloaded once.</summary>
    Stock,

    /// <summary>
    /// A kernel with what sandboxes need and nothing else, which boots in less than half the time and has no modules. Built once,
    /// from Debian's kernel sources, by <see cref="SandboxImage.BuildAsync"/> or <c>mayfly image build --kernel minimal</c>.
    /// </summary>
    Minimal,
}
