namespace Mayfly.Images.Initramfs;

/// <summary>To whom an entry of an archive belongs and who may do what with it.</summary>
/// <param name="Mode">Permission bits, the sticky bit included.</param>
/// <param name="User">The owner's number.</param>
/// <param name="Group">The group's number.</param>
internal readonly record struct CpioOwner(uint Mode, uint User = 0, uint Group = 0);
