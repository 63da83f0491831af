using Mayfly.Hypervisors.Qemu;
using Mayfly.Images.Packages;
using Mayfly.Images.Tools;

namespace Mayfly.Diagnostics;

/// <summary>Failed checks from the library's own errors, with the command that mends them where one does.</summary>
internal static class DoctorFailure
{
    /// <summary>The check that found the error.</summary>
    public static DoctorCheck Of(string name, MayflyException exception) =>
        new(name, DoctorState.Failed, exception.Message, Remedy(exception.Code));

    private static string? Remedy(string code) => code switch
    {
        ErrorCode.HypervisorMissing or ErrorCode.HypervisorUnusable => QemuProgram.InstallCommand,
        ErrorCode.AgentMissing => "build/setup",
        ErrorCode.PackageUnavailable => DebianPackages.RefreshCommand,
        ErrorCode.ImageToolMissing => Tool.InstallCommand([Tool.DpkgDeb, Tool.Lz4]),
        _ => null,
    };
}
