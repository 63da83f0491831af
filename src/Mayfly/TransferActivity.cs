namespace Mayfly;

/// <summary>Turns the byte counts of one push or pull into steps of long work.</summary>
internal sealed class TransferActivity : IProgress<ByteSize>
{
    private readonly string _activity;
    private readonly IProgress<SandboxProgress> _progress;

    public TransferActivity(string activity, IProgress<SandboxProgress> progress)
    {
        _activity = activity;
        _progress = progress;
        progress.Report(new SandboxProgress(activity));
    }

    /// <inheritdoc/>
    public void Report(ByteSize value) => _progress.Report(new SandboxProgress(_activity, value));
}
