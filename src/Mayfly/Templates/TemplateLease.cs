using Mayfly.Images.Cache;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Templates;

/// <summary>A template in use: it is not evicted until the lease is disposed of. A machine that has its files open needs none.</summary>
/// <param name="Entry">The template's folder, files and facts.</param>
/// <param name="Hold">The lock that keeps it there.</param>
internal sealed record TemplateLease(CacheEntry Entry, SafeFileHandle Hold) : IDisposable
{
    /// <summary>The file of the machine's memory; clones map it privately.</summary>
    public string MemoryPath => Entry[TemplateFiles.Memory];

    /// <summary>The state of processors and devices.</summary>
    public string StatePath => Entry[TemplateFiles.State];

    /// <summary>Whether the files at these paths are still those of the template that was leased.</summary>
    public bool IsCurrent => FileIdentity.Of(Hold) is { } held
        && (held.IsSameFile(FileIdentity.Of(Entry[CacheManifest.FileName])) || held.IsSameFile(FileIdentity.Of(StatePath)));

    /// <inheritdoc/>
    public void Dispose() => Hold.Dispose();
}
