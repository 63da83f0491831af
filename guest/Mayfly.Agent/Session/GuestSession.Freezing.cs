using Mayfly.Agent.Messages;
using Mayfly.Protocol;

namespace Mayfly.Agent.Session;

// A machine that is copied: the conversation comes to its beginning, and in each copy begins with a wake message.
internal sealed partial class GuestSession
{
    private SessionLink? _freezing;
    private byte[] _preparedHello = [];

    private void Freeze(SessionLink link)
    {
        // Of those that have ended, some may still be listed, or be about to send their outcome's last bytes.
        var open = _channels.Values.Count(channel => !channel.Link.HasEnded);
        var refusal = _awakening is null ? "only a machine that is reached over virtio-serial can be copied"
            : open > 0 ? $"other operations are open ({open})"
            : _awakening.Refusal;
        if (refusal is not null)
        {
            link.SendOutcome(new FailedOutcome(FailureCode.Other, $"this machine can't be frozen: {refusal}"));
            return;
        }

        _freezing = link;
        _stage = SessionStage.Freezing;
        FreezeWhenQuiet();
    }

    private void FreezeWhenQuiet()
    {
        if (_freezing is not { } link || _stage != SessionStage.Freezing || _channels.Count > 0)
        {
            return;
        }

        _preparedHello = MessageWriter.Write(_awakening!.Prepare()).ToArray();

        // Once here, so that not each short-lived copy has to collect what was left behind before.
        GC.Collect();
        _freezing = null;
        _lastChannel = 0;
        _stage = SessionStage.Frozen;
        link.SendOutcome(new FrozenOutcome());
    }

    private void Wake(WakeSettings settings)
    {
        var hello = _awakening!.Wake(settings);
        _stage = SessionStage.Greeting;
        _writer.Send(FrameType.Hello, StreamId.Input, 0, hello is null ? _preparedHello : MessageWriter.Write(hello));
    }
}
