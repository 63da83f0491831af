namespace Mayfly.Tests.Images;

internal sealed record CpioEntry(string Name, uint Inode, uint Mode, uint User, uint Group, uint Links, uint Time, uint Major, uint Minor, byte[] Content);
