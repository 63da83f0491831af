using Mayfly.Protocol;

namespace Mayfly.Agent.Session;

/// <summary>Starts what a channel is opened for.</summary>
internal interface IChannelFactory
{
    /// <returns>The running operation; null where its outcome has been sent already.</returns>
    /// <exception cref="ProtocolException">The request makes no sense.</exception>
    Channel? Open(Request request, ChannelLink link);
}
