namespace Mayfly;

/// <summary>How the guest's processor is provided.</summary>
public enum Acceleration
{
    /// <summary>KVM where a probe boot has shown, once per host boot, that it truly works; emulation elsewhere.</summary>
    Auto = 0,

    /// <summary>Hardware virtualisation or an error; never a silent fall back.</summary>
    Kvm = 1,

    /// <summary>QEMU's software emulation (TCG), which works on every host.</summary>
    Tcg = 2,
}
