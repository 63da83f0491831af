namespace Mayfly.Transports.Vsock.VhostUser.Messages;

/// <summary>VHOST_USER_*: what the front end (the monitor) asks for. Only what a vsock device meets is named.</summary>
internal enum VhostUserRequest : uint
{
    GetFeatures = 1,
    SetFeatures = 2,
    SetOwner = 3,
    ResetOwner = 4,
    SetMemoryTable = 5,
    SetVringSize = 8,
    SetVringAddress = 9,
    SetVringBase = 10,
    GetVringBase = 11,
    SetVringKick = 12,
    SetVringCall = 13,
    SetVringError = 14,
    GetProtocolFeatures = 15,
    SetProtocolFeatures = 16,
    GetQueueCount = 17,
    SetVringEnable = 18,
    GetConfig = 24,
    SetConfig = 25,
}
