using System.Security.Cryptography;
using Mayfly.Diagnostics;

namespace Mayfly.MSBuild.Steps;

/// <summary>
/// Digests of files. A file whose size and time stamp are those that are recorded is not read again; its recorded digest is
/// believed.
/// </summary>
/// <param name="recorded">What is known of files from before; of two that know the same file the first counts.</param>
/// <param name="time">The clock that file systems go by.</param>
internal sealed class InputDigests(IEnumerable<InputState> recorded, TimeProvider time)
{
    /// <summary>A file that is written twice within one tick of its file system's clock keeps its time stamp. FAT's tick is the longest.</summary>
    private static readonly TimeSpan ClockTick = TimeSpan.FromSeconds(2);

    private static readonly string Nothing = Convert.ToHexStringLower(SHA256.HashData([]));

    private readonly Dictionary<string, InputState> _recorded = recorded.DistinctBy(state => state.Path).ToDictionary(state => state.Path, StringComparer.Ordinal);
    private readonly Dictionary<string, InputState> _states = new(StringComparer.Ordinal);

    /// <summary>The files that were asked for.</summary>
    public IReadOnlyList<InputState> States => [.. _states.Values.OrderBy(state => state.Path, StringComparer.Ordinal)];

    /// <summary>The digest of a file's content.</summary>
    /// <exception cref="SandboxConfigurationException">MAY3010: it can't be read.</exception>
    public async Task<string> OfAsync(FileInfo file, CancellationToken cancellationToken)
    {
        var path = file.FullName;
        if (_states.TryGetValue(path, out var asked))
        {
            return asked.Sha256;
        }

        try
        {
            var (length, modified) = (file.Length, file.LastWriteTimeUtc);
            if (!_recorded.TryGetValue(path, out var state) || (state.LengthBytes, state.ModifiedTicks) != (length, modified.Ticks))
            {
                var isSettled = time.GetUtcNow().UtcDateTime - modified >= ClockTick;
                var digest = await ReadAsync(path, length, cancellationToken).ConfigureAwait(false);
                state = new InputState(path, length, isSettled ? modified.Ticks : InputState.Unsettled, digest);
            }

            _states.Add(path, state);
            return state.Sha256;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SandboxConfigurationException(
                ErrorCode.TransferFailed, $"the input '{path}' can't be read: {exception.Message} Make it readable, or leave it out of Inputs.", exception);
        }
    }

    private static async Task<string> ReadAsync(string path, long length, CancellationToken cancellationToken)
    {
        if (length == 0)
        {
            // Pipes, sockets and devices too, of which the first would wait for a writer.
            return Nothing;
        }

        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        await using (stream.ConfigureAwait(false))
        {
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
        }
    }
}
