using System.Security.Cryptography;
using Mayfly.Diagnostics;
using Mayfly.Templates;
using Microsoft.Extensions.Logging;

namespace Mayfly;

/// <summary>
/// A machine that was booted, prepared and frozen, of which any number of clones can be started in milliseconds. Each clone is a
/// machine of its own, with its own memory, random numbers, host name, machine id and keys, and all that a <see cref="Sandbox"/> can do.
/// </summary>
/// <example>
/// <code>
/// await using var template = await SandboxTemplate.CreateAsync(
///     prepare: (sandbox, cancellationToken) => sandbox.PushAsync("tools", "/opt/tools", cancellationToken: cancellationToken));
/// await using var sandbox = await template.StartAsync();
/// </code>
/// </example>
/// <remarks>
/// What a preparation leaves running goes on in every clone. What it has drawn at random and kept in a program's memory or in a
/// file is the same in all of them, and so is <c>/proc/sys/kernel/random/boot_id</c> where it was read before: the kernel draws it
/// when it is first read, and keeps it. All that is drawn later differs, for the guest's kernel is given fresh entropy.
/// </remarks>
public sealed class SandboxTemplate : IAsyncDisposable
{
    private readonly CloneSource _source;
    private readonly PrivateTemplateStore? _own;
    private bool _disposed;

    private SandboxTemplate(CloneSource source, PrivateTemplateStore? own) => (_source, _own) = (source, own);

    /// <summary>What the template is made of.</summary>
    public SandboxOptions Options => _source.Options;

    /// <summary>Makes a template, or finds it where it has been made before.</summary>
    /// <param name="options">What its machines are made of; null for the defaults.</param>
    /// <param name="prepare">What is done in the machine before it is frozen. It must leave no command, transfer or forward open. Null: nothing.</param>
    /// <param name="key">
    /// A name for what <paramref name="prepare"/> does, with everything that changes it, such as a version or a digest. With it the
    /// template stays in the cache, with all that is in the guest's memory, for this user alone to read, and a later call with the same
    /// options and key finds it without preparing again. Null: the template is this object's and goes with it.
    /// </param>
    /// <param name="cancellationToken">Gives up and removes what was begun.</param>
    /// <exception cref="SandboxConfigurationException">An option makes clones impossible (MAY1017), or any machine (MAY1xxx).</exception>
    /// <exception cref="SandboxBootException">The machine did not boot (MAY2xxx).</exception>
    /// <exception cref="SandboxImageException">It could not be frozen (MAY5005), or the cache can't be written (MAY5004).</exception>
    public static async Task<SandboxTemplate> CreateAsync(
        SandboxOptions? options = null,
        Func<Sandbox, CancellationToken, Task>? prepare = null,
        string? key = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new SandboxOptions();
        SandboxOptionsCheck.Validate(options);
        Require(options);
        if (key is "")
        {
            throw new SandboxConfigurationException(ErrorCode.InvalidOption, "the template's key is empty; give it a name, or null for a template that nobody else uses");
        }

        if (key is not null && prepare is null)
        {
            throw new SandboxConfigurationException(ErrorCode.InvalidOption, $"the template has the key '{key}' but no preparation for it to name; leave the key out");
        }

        return await SandboxStarter.ExplainFailureAsync(() => CreateCheckedAsync(options, prepare, key, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Starts a clone and returns once its agent answers.</summary>
    /// <param name="clone">What is the clone's own; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up the start and removes what was begun.</param>
    /// <exception cref="SandboxConfigurationException">An option or the host makes it impossible (MAY1xxx).</exception>
    /// <exception cref="SandboxImageException">The template can't be restored, though it has been made anew (MAY5005).</exception>
    /// <exception cref="SandboxBootException">It had left the cache, and the machine to be frozen again did not boot (MAY2xxx).</exception>
    /// <exception cref="ObjectDisposedException">The template was disposed of.</exception>
    public async Task<Sandbox> StartAsync(SandboxCloneOptions? clone = null, CancellationToken cancellationToken = default)
    {
        var sandbox = await CloneAsync(clone ?? new SandboxCloneOptions(), SandboxStart.Clone, cancellationToken).ConfigureAwait(false);
        return await SandboxObservation.AnnounceAsync(sandbox).ConfigureAwait(false);
    }

    /// <summary>Removes the template unless it has a key. Clones live on; no more can be started.</summary>
    public ValueTask DisposeAsync()
    {
        Volatile.Write(ref _disposed, true);
        return _own?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <summary>Starts a clone that nobody is told of.</summary>
    internal Task<Sandbox> CloneAsync(SandboxCloneOptions clone, SandboxStart start, CancellationToken cancellationToken) =>
        SandboxStarter.ExplainFailureAsync(() => CloneCheckedAsync(clone, start, cancellationToken));

    private async Task<Sandbox> CloneCheckedAsync(SandboxCloneOptions clone, SandboxStart start, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        var options = clone.Apply(_source.Options);
        SandboxOptionsCheck.Validate(options);
        Require(options);

        // Its layers may have left the cache since it was made.
        var source = clone.Layers is null && _source.Basis.Layers.Touch(options.TimeProvider.GetUtcNow()) ? _source : await WithLayersAsync(options, cancellationToken).ConfigureAwait(false);
        return await source.StartAsync(options, start, _own is null ? "a template that is kept" : "a template of its own", cancellationToken).ConfigureAwait(false);
    }

    private static async Task<SandboxTemplate> CreateCheckedAsync(
        SandboxOptions options, Func<Sandbox, CancellationToken, Task>? prepare, string? key, CancellationToken cancellationToken)
    {
        var logger = options.LoggerFactory.CreateLogger<SandboxTemplate>();
        var basis = await StartBasis.FindAsync(options, logger, cancellationToken).ConfigureAwait(false);
        var isOwn = prepare is not null && key is null;
        var preparation = isOwn ? RandomNumberGenerator.GetHexString(32) : key;
        var own = isOwn ? new PrivateTemplateStore() : null;
        var source = new CloneSource(
            basis, options, prepare, TemplateKeys.Of(basis, options, preparation), own ?? (ITemplateStore)new TemplateStore(logger, TimeProvider.System, options.Progress));
        var template = new SandboxTemplate(source, own);
        try
        {
            await source.EnsureAsync(cancellationToken).ConfigureAwait(false);
            return template;
        }
        catch
        {
            await template.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The same template with other contents in its slots.</summary>
    private async Task<CloneSource> WithLayersAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        var basis = await StartBasis.FindAsync(options, options.LoggerFactory.CreateLogger<SandboxTemplate>(), cancellationToken).ConfigureAwait(false);
        return _source.Basis.Layers.TemplateInputs.SequenceEqual(basis.Layers.TemplateInputs)
            ? _source.On(basis)
            : throw new SandboxConfigurationException(
                ErrorCode.TemplateUnsupported,
                "a clone's Layers must be those of its template, with what they had in them when it was made, but for the contents of layers with a Slot, whose sizes stay. Give the layer that changes a Slot, or make another template.");
    }

    private static void Require(SandboxOptions options)
    {
        if (TemplatePolicy.Obstacle(options) is var (option, why))
        {
            throw new SandboxConfigurationException(
                ErrorCode.TemplateUnsupported, $"machines with the option {option} can't be frozen and cloned: {why}. Do without it, or boot each machine (Sandbox.StartAsync).");
        }
    }
}
