using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Steps;

/// <summary>What runs as one command and has one stamp: a step, or a step for one of its files.</summary>
/// <param name="plan">What is run.</param>
/// <param name="stampPath">Where its stamp is.</param>
/// <param name="file">The file that it is for, as the project names it; null for a step that runs once.</param>
internal sealed class StepUnit(CommandPlan plan, string stampPath, string? file)
{
    private readonly StepStamp? _last = StepStamp.Read(stampPath);
    private InputDigests? _digests;
    private string _key = "";
    private bool _isImageKnown;

    /// <summary>What is run.</summary>
    public CommandPlan Plan => plan;

    /// <summary>Where its stamp is.</summary>
    public string StampPath => stampPath;

    /// <summary>The file that it is for; null for a step that runs once.</summary>
    public string? File => file;

    /// <summary>What the last success put in place.</summary>
    public IReadOnlyList<string> LastFiles => [.. _last?.Files.Select(state => state.Path) ?? []];

    /// <summary>Whether a file is one of its outputs, or in one of them.</summary>
    public bool Makes(string path) => plan.Outputs.Any(output =>
        path == output.HostPath || (output.IsDirectory && path.StartsWith(output.HostPath + Path.DirectorySeparatorChar, StringComparison.Ordinal)));

    /// <summary>Everything that makes its outputs, but for the image; empty before the check.</summary>
    public string Key => _key;

    /// <summary>The files that were looked at for the check; none before it.</summary>
    public IReadOnlyList<InputState> Inputs => _digests?.States ?? [];

    /// <summary>Whether its outputs are what a run would make.</summary>
    /// <param name="image">The digest of the image; null where nobody knows it yet.</param>
    /// <param name="predecessors">Keys of the steps that have left their traces in the machine.</param>
    /// <param name="read">Files that have just been read for another unit.</param>
    /// <param name="cancellationToken">Stops the reading of inputs.</param>
    /// <exception cref="MayflyException">An input can't be read, or the stamp can't be written.</exception>
    public async Task<bool> IsCurrentAsync(
        string? image, IReadOnlyList<string> predecessors, IReadOnlyList<InputState> read, CancellationToken cancellationToken)
    {
        _digests = new InputDigests([.. read, .. _last?.Inputs ?? []], TimeProvider.System);
        _isImageKnown = image is not null;
        _key = await StepKey.OfAsync(plan, predecessors, _digests, cancellationToken).ConfigureAwait(false);
        if (plan.Outputs.Count == 0 || _last?.IsCurrent(StepKey.WithImage(_key, image)) != true)
        {
            return false;
        }

        if (!Inputs.SequenceEqual(_last.Inputs))
        {
            // Touched, but the same: the next build need not read them.
            (_last with { Inputs = Inputs }).Write(stampPath);
        }

        return true;
    }

    /// <summary>Why its outputs are not what a run would make, once that was checked.</summary>
    /// <param name="name">How the project names a file.</param>
    /// <param name="otherwise">What it is where its own files are no reason.</param>
    public string ReasonToRun(Func<string, string> name, string? otherwise) =>
        RunReason.Find(_last, Inputs, _isImageKnown, plan.Outputs.Count > 0, name, otherwise);

    /// <summary>Remembers a success; without an image there is nothing to compare with the next time, and so no stamp to go by.</summary>
    /// <exception cref="SandboxTransferException">MAY3014.</exception>
    public void Remember(string? image, IReadOnlyList<string> published) =>
        new StepStamp(StepKey.WithImage(_key, image) ?? "", Inputs, [.. published.Select(FileState.Of)]).Write(stampPath);
}
