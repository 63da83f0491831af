using Mayfly.Cli.Terminal;

namespace Mayfly.Cli.Output;

/// <summary>Where the guest's command writes: this process's own standard streams, as bytes or as safe lines.</summary>
internal sealed class GuestOutputs : IDisposable
{
    private readonly SemaphoreSlim _outputGate = new(1);
    private readonly SemaphoreSlim _errorGate = new(1);
    private readonly SafeTextStream? _outputText;
    private readonly SafeTextStream? _errorText;

    /// <param name="form">What was asked for.</param>
    public GuestOutputs(OutputForm form)
    {
        var isCi = CiSystem.IsPresent(Environment.GetEnvironmentVariable);
        if (IsText(form, isCi, HostTerminal.StandardOutput))
        {
            _outputText = new SafeTextStream(DescriptorStream.StandardOutput, _outputGate);
        }

        if (IsText(form, isCi, HostTerminal.StandardError))
        {
            // Who can't read the one can't read the other either, where they are one; else neither waits for the other's reader.
            _errorText = new SafeTextStream(DescriptorStream.StandardError, HostTerminal.AreTheSame(HostTerminal.StandardOutput, HostTerminal.StandardError) ? _outputGate : _errorGate);
        }
    }

    /// <summary>For standard output.</summary>
    public Stream Output => _outputText ?? (Stream)DescriptorStream.StandardOutput;

    /// <summary>For standard error.</summary>
    public Stream Error => _errorText ?? (Stream)DescriptorStream.StandardError;

    /// <summary>The command has ended: passes on what is left of lines. May be called again.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        // Neither waits in vain for the other's reader, who may have gone.
        await Task.WhenAll(new[] { _outputText, _errorText }.OfType<SafeTextStream>().Select(text => text.CompleteAsync(cancellationToken).AsTask())).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _outputText?.Dispose();
        _errorText?.Dispose();
        _outputGate.Dispose();
        _errorGate.Dispose();
    }

    /// <summary>A CI system reads through pipes; a file or a terminal gets what was written.</summary>
    private static bool IsText(OutputForm form, bool isCi, int descriptor) =>
        form == OutputForm.Text || (form == OutputForm.Auto && isCi && !HostTerminal.IsTerminal(descriptor) && !HostTerminal.IsFile(descriptor));
}
