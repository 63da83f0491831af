using Mayfly.Diagnostics;

namespace Mayfly.Tests.Diagnostics.Inventory;

/// <summary>Text of /proc and /sys, also where others have chosen it to be awkward.</summary>
public sealed class ParserTests
{
    private const string Numbers = "1 2 3 4 5 4194304 7 8 9 10 11 12 13 14 15 16 17 18 2330241 20 21";

    [Theory]
    [InlineData("12 (qemu-abc) S " + Numbers, "qemu-abc", 'S')]
    [InlineData("12 (a b) S " + Numbers, "a b", 'S')]
    [InlineData("12 (:) Z 1 (x) R " + Numbers, ":) Z 1 (x", 'R')]
    [InlineData("12 () Z " + Numbers, "", 'Z')]
    [InlineData("12 (line\nfeed) D " + Numbers, "line\nfeed", 'D')]
    public void AProcessIsReadWhateverItCallsItself(string text, string name, char state) =>
        Assert.Equal(new ProcessStat(name, state, 2330241), ProcessStat.Parse(text));

    [Fact]
    public void AProcessThatIsOnItsWayOutIsKnownByItsFlags() =>
        Assert.True(ProcessStat.Parse("12 (a) R " + Numbers.Replace("4194304", "4194308", StringComparison.Ordinal))!.IsExiting);

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("12 )(")]
    [InlineData("12 (a")]
    [InlineData("12 (a) S 1 2 3")]
    [InlineData("12 (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 -5 20")]
    [InlineData("12 (a) long " + Numbers)]
    public void WhatIsNoProcessIsNotRead(string text) => Assert.Null(ProcessStat.Parse(text));

    [Fact]
    public void AMountIsReadWithItsEscapesAndAnyNumberOfOptionalFields()
    {
        Assert.Equal(
            new MountEntry("0:24", "/", "/tmp/a b\tc\nd\\e", "tmpfs", "some thing"),
            MountEntry.Parse(@"26 24 0:24 / /tmp/a\040b\011c\012d\134e rw,relatime - tmpfs some\040thing rw"));
        Assert.Equal(
            new MountEntry("254:0", "/run/netns", "/run/netns", "ext4", "/dev/vda"),
            MountEntry.Parse("42 27 254:0 /run/netns /run/netns rw shared:1 master:2 - ext4 /dev/vda rw"));
    }

    [Theory]
    [InlineData(@"a\", @"a\")]
    [InlineData(@"a\04", @"a\04")]
    [InlineData(@"a\0", @"a\0")]
    [InlineData(@"a\x41", @"a\x41")]
    [InlineData(@"a\089", @"a\089")]
    [InlineData(@"\134040", @"\040")]
    public void WhatIsNoEscapeStaysAsItIs(string text, string plain) => Assert.Equal(plain, MountEntry.Unescape(text));

    [Theory]
    [InlineData("")]
    [InlineData("26 24 0:24 / /tmp rw")]
    [InlineData("26 24 0:24 / /tmp rw -")]
    [InlineData("26 24 0:24 - - - tmpfs")]
    public void WhatIsNoMountIsNotRead(string line) => Assert.Null(MountEntry.Parse(line));

    [Theory]
    [InlineData("00000000b20dba2e: 00000002 00000000 00010000 0001 01 2000219 /run/a.sock", "/run/a.sock", true)]
    [InlineData("00000000b20dba2e: 00000003 00000000 00000000 0001 03   219 /run/a b .sock ", "/run/a b .sock ", false)]
    [InlineData("00000000b20dba2e: 00000002 00000000 00010000 0001 01 2000219 @abstract", "@abstract", true)]
    public void ASocketIsReadWithTheBlanksOfItsPath(string line, string path, bool isListening) =>
        Assert.Equal(new UnixSocketEntry(path, isListening), UnixSocketEntry.Parse(line));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("Num       RefCount Protocol Flags    Type St Inode Path")]
    [InlineData("000000008ec338c4: 00000003 00000000 00000000 0001 03  1073")]
    [InlineData("000000008ec338c4: 00000003 00000000 00000000 0001 03  1073 ")]
    [InlineData("part of a path with a line feed")]
    public void WhatIsNoSocketWithAPathIsNotRead(string line) => Assert.Null(UnixSocketEntry.Parse(line));
}
