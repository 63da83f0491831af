using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mayfly.Agent.Native;

namespace Mayfly.Tests.Agent;

/// <summary>The numbers are what a C program printed with <c>sizeof</c> and <c>offsetof</c> on x86-64 Linux.</summary>
public sealed class NativeLayoutTests
{
    [Fact]
    public void StructuresHaveTheSizesOfTheKernelsOwn()
    {
        Assert.Equal(12, Unsafe.SizeOf<EpollEvent>());
        Assert.Equal(8, Unsafe.SizeOf<PollFd>());
        Assert.Equal(16, Unsafe.SizeOf<TimeSpec>());
        Assert.Equal(8, Unsafe.SizeOf<WindowSize>());
        Assert.Equal(128, Unsafe.SizeOf<ChildInfo>());
        Assert.Equal(256, Unsafe.SizeOf<FileStatus>());
        Assert.Equal(24, Unsafe.SizeOf<OpenHow>());
        Assert.Equal(16, Unsafe.SizeOf<IoVector>());
        Assert.Equal(12, Unsafe.SizeOf<NetlinkAddress>());
        Assert.Equal(16, Unsafe.SizeOf<VsockAddress>());
        Assert.Equal(110, Unsafe.SizeOf<UnixAddress>());
        Assert.Equal(56, Unsafe.SizeOf<MessageHeader>());
        Assert.Equal(24, Unsafe.SizeOf<DescriptorMessage>());
        Assert.Equal(40, Unsafe.SizeOf<InterfaceRequest>());
        Assert.Equal(16, Unsafe.SizeOf<InternetAddress>());
        Assert.Equal(28, Unsafe.SizeOf<InternetAddress6>());
        Assert.Equal(120, Unsafe.SizeOf<RouteEntry>());
        Assert.Equal(32, Unsafe.SizeOf<LinkMessage>());
        Assert.Equal(390, Unsafe.SizeOf<SystemName>());
        Assert.Equal(16, Unsafe.SizeOf<ResourceLimit>());
        Assert.Equal(232, Unsafe.SizeOf<LoopInfo>());
        Assert.Equal(304, Unsafe.SizeOf<LoopConfiguration>());
        Assert.Equal(312, Unsafe.SizeOf<DeviceMapperRequest>());
        Assert.Equal(40, Unsafe.SizeOf<DeviceMapperTarget>());
        Assert.Equal(8 + Mayfly.Protocol.WakeSettings.EntropyBytes, Unsafe.SizeOf<EntropyBlock>());
    }

    [Theory]
    [InlineData(typeof(EpollEvent), nameof(EpollEvent.Data), 4)]
    [InlineData(typeof(PollFd), nameof(PollFd.Returned), 6)]
    [InlineData(typeof(TimeSpec), nameof(TimeSpec.Nanoseconds), 8)]
    [InlineData(typeof(WindowSize), nameof(WindowSize.Columns), 2)]
    [InlineData(typeof(ChildInfo), nameof(ChildInfo.Code), 8)]
    [InlineData(typeof(ChildInfo), nameof(ChildInfo.ProcessId), 16)]
    [InlineData(typeof(ChildInfo), nameof(ChildInfo.Status), 24)]
    [InlineData(typeof(FileStatus), nameof(FileStatus.UserId), 20)]
    [InlineData(typeof(FileStatus), nameof(FileStatus.GroupId), 24)]
    [InlineData(typeof(FileStatus), nameof(FileStatus.Mode), 28)]
    [InlineData(typeof(FileStatus), nameof(FileStatus.Inode), 32)]
    [InlineData(typeof(FileStatus), nameof(FileStatus.Size), 40)]
    [InlineData(typeof(FileStatus), nameof(FileStatus.ModifiedSeconds), 112)]
    [InlineData(typeof(FileStatus), nameof(FileStatus.ModifiedNanoseconds), 120)]
    [InlineData(typeof(OpenHow), nameof(OpenHow.Resolve), 16)]
    [InlineData(typeof(NetlinkAddress), nameof(NetlinkAddress.PortId), 4)]
    [InlineData(typeof(NetlinkAddress), nameof(NetlinkAddress.Groups), 8)]
    [InlineData(typeof(VsockAddress), nameof(VsockAddress.Port), 4)]
    [InlineData(typeof(VsockAddress), nameof(VsockAddress.ContextId), 8)]
    [InlineData(typeof(VsockAddress), nameof(VsockAddress.FlagsAndPadding), 12)]
    [InlineData(typeof(InternetAddress6), nameof(InternetAddress6.Address), 8)]
    [InlineData(typeof(InternetAddress6), nameof(InternetAddress6.ScopeId), 24)]
    [InlineData(typeof(UnixAddress), nameof(UnixAddress.Path), 2)]
    [InlineData(typeof(EntropyBlock), nameof(EntropyBlock.Length), 4)]
    [InlineData(typeof(EntropyBlock), nameof(EntropyBlock.Bytes), 8)]
    [InlineData(typeof(MessageHeader), nameof(MessageHeader.Vectors), 16)]
    [InlineData(typeof(MessageHeader), nameof(MessageHeader.Control), 32)]
    [InlineData(typeof(MessageHeader), nameof(MessageHeader.Flags), 48)]
    [InlineData(typeof(DescriptorMessage), nameof(DescriptorMessage.Type), 12)]
    [InlineData(typeof(DescriptorMessage), nameof(DescriptorMessage.Descriptor), 16)]
    [InlineData(typeof(InterfaceRequest), nameof(InterfaceRequest.Flags), 16)]
    [InlineData(typeof(LoopInfo), nameof(LoopInfo.Inode), 8)]
    [InlineData(typeof(LoopInfo), nameof(LoopInfo.Flags), 52)]
    [InlineData(typeof(LoopInfo), nameof(LoopInfo.Name), 56)]
    [InlineData(typeof(LoopConfiguration), nameof(LoopConfiguration.BlockSize), 4)]
    [InlineData(typeof(LoopConfiguration), nameof(LoopConfiguration.Info), 8)]
    [InlineData(typeof(DeviceMapperRequest), nameof(DeviceMapperRequest.DataSize), 12)]
    [InlineData(typeof(DeviceMapperRequest), nameof(DeviceMapperRequest.DataStart), 16)]
    [InlineData(typeof(DeviceMapperRequest), nameof(DeviceMapperRequest.TargetCount), 20)]
    [InlineData(typeof(DeviceMapperRequest), nameof(DeviceMapperRequest.Flags), 28)]
    [InlineData(typeof(DeviceMapperRequest), nameof(DeviceMapperRequest.EventNumber), 32)]
    [InlineData(typeof(DeviceMapperRequest), nameof(DeviceMapperRequest.Device), 40)]
    [InlineData(typeof(DeviceMapperRequest), nameof(DeviceMapperRequest.Name), 48)]
    [InlineData(typeof(DeviceMapperRequest), nameof(DeviceMapperRequest.Uuid), 176)]
    [InlineData(typeof(DeviceMapperTarget), nameof(DeviceMapperTarget.Sectors), 8)]
    [InlineData(typeof(DeviceMapperTarget), nameof(DeviceMapperTarget.Next), 20)]
    [InlineData(typeof(DeviceMapperTarget), nameof(DeviceMapperTarget.Type), 24)]
    [InlineData(typeof(InterfaceRequest), nameof(InterfaceRequest.Number), 16)]
    [InlineData(typeof(InterfaceRequest), nameof(InterfaceRequest.Address), 16)]
    [InlineData(typeof(InterfaceRequest), nameof(InterfaceRequest.HardwareAddress), 18)]
    [InlineData(typeof(LinkMessage), nameof(LinkMessage.Index), 20)]
    [InlineData(typeof(InternetAddress), nameof(InternetAddress.Address), 4)]
    [InlineData(typeof(RouteEntry), nameof(RouteEntry.Destination), 8)]
    [InlineData(typeof(RouteEntry), nameof(RouteEntry.Gateway), 24)]
    [InlineData(typeof(RouteEntry), nameof(RouteEntry.Mask), 40)]
    [InlineData(typeof(RouteEntry), nameof(RouteEntry.Flags), 56)]
    public void FieldsLieWhereTheKernelPutsThem(Type type, string field, int offset) =>
        Assert.Equal(offset, (int)Marshal.OffsetOf(type, field));
}
