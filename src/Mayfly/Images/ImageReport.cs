using Microsoft.Extensions.Logging;

namespace Mayfly.Images;

/// <summary>Tells whoever waits, and the log, what the making of an image is at.</summary>
internal sealed class ImageReport(ILogger logger, IProgress<SandboxProgress>? progress)
{
    /// <summary>A phase begins.</summary>
    public void Say(string activity)
    {
        Log.ImageActivity(logger, activity);
        progress?.Report(new SandboxProgress(activity));
    }

    /// <summary>A phase goes on.</summary>
    public void Say(string activity, ByteSize completed, ByteSize total)
    {
        if (completed.Bytes == 0)
        {
            Log.ImageActivity(logger, activity);
        }

        progress?.Report(new SandboxProgress(activity, completed, total));
    }

    /// <summary>Something in the cache is damaged; the log has been told already.</summary>
    public void Damage(string what, string? damage)
    {
        if (damage is not null)
        {
            progress?.Report(new SandboxProgress($"the image cache is damaged ({what}: {damage}); mending it"));
        }
    }

    /// <summary>Bytes of an activity as they come in.</summary>
    public IProgress<ByteSize> Bytes(string activity, ByteSize total) => new ByteReport(this, activity, total);

    // System.Progress would report from the thread pool and out of order.
    private sealed class ByteReport(ImageReport report, string activity, ByteSize total) : IProgress<ByteSize>
    {
        private long _reported;

        public void Report(ByteSize value)
        {
            if (value.Bytes > _reported)
            {
                _reported = value.Bytes;
                report.Say(activity, value, total);
            }
        }
    }
}
