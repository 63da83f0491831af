using Mayfly.Images.Cache;

namespace Mayfly.Templates;

/// <summary>Frozen machines on disk, shared by all processes of the user.</summary>
internal interface ITemplateStore
{
    /// <summary>The template of that key, verified; null where there is none or a damaged one, which is then reported.</summary>
    Task<TemplateLease?> FindAsync(CacheKey key, CancellationToken cancellationToken);

    /// <summary>
    /// The template of that key, which another process may have made meanwhile; else made by <paramref name="make"/>. One
    /// process at a time makes a template of one key; others wait for it, and templates of other keys don't.
    /// </summary>
    /// <param name="key">What makes it.</param>
    /// <param name="make">Fills the folder it is given with <see cref="TemplateFiles"/> and returns the facts; the folder goes with a killed maker.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SandboxImageException">It could not be written (MAY5004).</exception>
    Task<TemplateLease> GetAsync(CacheKey key, Func<string, Task<IReadOnlyDictionary<string, string>>> make, CancellationToken cancellationToken);

    /// <summary>Removes a template that could not be restored, unless it has been made anew since.</summary>
    void Discard(TemplateLease template);
}
