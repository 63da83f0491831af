namespace Mayfly.Ssh;

/// <summary>The host's part of what <see cref="SshBootstrap"/> says, until the agent speaks.</summary>
internal sealed class SshPreamble(SshStream stream, SshBootstrap bootstrap)
{
    /// <summary>What a login may print first: messages of the day, profiles.</summary>
    private const int MaxBytesBefore = 256 * 1024;
    private const int MaxWordBytes = 256;

    /// <summary>The end of what the login printed first; untrusted.</summary>
    public string Chatter { get; private set; } = "";

    /// <summary>Whether the script has run, and with that the server has let us in.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Waits until the script runs.</summary>
    /// <exception cref="EndOfStreamException">It never did.</exception>
    /// <exception cref="SandboxSshException">MAY2108: the login prints without end.</exception>
    public async Task WaitForScriptAsync()
    {
        var passed = 0;
        try
        {
            while (true)
            {
                var line = await stream.ReadLineAsync(MaxBytesBefore - passed).ConfigureAwait(false);
                if (line == bootstrap.Nonce)
                {
                    HasBegun = true;
                    return;
                }

                passed += line.Length + 1;
                Chatter = line.Length == 0 ? Chatter : line;
            }
        }
        catch (InvalidDataException exception)
        {
            throw SshErrors.SessionFailed(
                $"The guest's login shell printed more than {MaxBytesBefore} bytes before it ran anything. Make its profile quiet where there is no terminal.", Chatter, exception);
        }
    }

    /// <summary>Sends the agent where it is asked for, and waits until it is what speaks next.</summary>
    /// <exception cref="EndOfStreamException">It never came to that.</exception>
    /// <exception cref="SandboxSshException">MAY2108: the script says why it can't be.</exception>
    public async Task StartAgentAsync(CancellationToken cancellationToken)
    {
        var word = await ReadWordAsync().ConfigureAwait(false);
        if (word == SshBootstrap.Send && bootstrap.UploadPath is { } path)
        {
            await SendAsync(path, cancellationToken).ConfigureAwait(false);
            word = await ReadWordAsync().ConfigureAwait(false);
        }

        if (word != SshBootstrap.Ready)
        {
            throw SshErrors.SessionFailed(
                SshRefusal.Explain(word) ?? "The guest's shell answered with something else than what it was told to; it must be a POSIX shell.",
                SshRefusal.Explain(word) is null ? word : "");
        }
    }

    private async Task<string> ReadWordAsync()
    {
        try
        {
            return await stream.ReadLineAsync(MaxWordBytes).ConfigureAwait(false);
        }
        catch (InvalidDataException exception)
        {
            throw SshErrors.SessionFailed("The guest's shell answered with something else than what it was told to; it must be a POSIX shell.", "", exception);
        }
    }

    private async Task SendAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var file = File.OpenRead(path);
            await using (file.ConfigureAwait(false))
            {
                await file.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // The far end has stopped reading; what it says, or that it has ended, comes next and explains more.
        }
    }
}
