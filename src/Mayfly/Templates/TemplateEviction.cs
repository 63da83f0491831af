using Microsoft.Extensions.Logging;

namespace Mayfly.Templates;

/// <summary>Removes templates, those that were used last the last, and none that is in use or being made.</summary>
internal sealed class TemplateEviction(TemplateShelf shelf, ILogger logger)
{
    /// <summary>Removes what is too old or too much, and what dead makers have left.</summary>
    /// <returns>What was removed, and what was to be and is in use.</returns>
    public (IReadOnlyList<StoredTemplate> Removed, IReadOnlyList<StoredTemplate> InUse) Run(TemplateLimits limits, DateTimeOffset now)
    {
        var removed = new List<StoredTemplate>();
        var inUse = new List<StoredTemplate>();
        var templates = shelf.Keys().Select(key => StoredTemplate.Read(shelf, key)).OrderByDescending(template => template.LastUsed).ToList();
        long kept = 0;
        foreach (var template in templates)
        {
            var isOld = now - template.LastUsed > limits.Age;
            if (template.Exists && !isOld && kept + template.Bytes <= limits.Size.Bytes)
            {
                kept += template.Bytes;
                RemoveDebris(template.Key);
            }
            else if (TryRemove(template.Key))
            {
                if (template.Exists)
                {
                    removed.Add(template);
                    Log.TemplateEvicted(logger, template.Path, template.Bytes, isOld ? "unused for long" : "to make room");
                }
            }
            else
            {
                kept += template.Bytes;
                inUse.Add(template);
            }
        }

        return (removed, inUse);
    }

    /// <summary>Removes whatever is under a key, unless that is in use or being made.</summary>
    public bool TryRemove(string key)
    {
        using var right = TemplateLock.TryTake(shelf.LockOf(key));
        if (right is null)
        {
            return false;
        }

        // In a folder without a manifest there is nothing that could be in use.
        if (Path.Exists(shelf.ManifestOf(key)))
        {
            using var alone = TemplateHold.TryTakeAlone(shelf.ManifestOf(key));
            if (alone is null)
            {
                return false;
            }

            shelf.MoveAside(key);
        }

        shelf.MoveAside(key);
        shelf.RemoveDebris(key);
        return true;
    }

    private void RemoveDebris(string key)
    {
        using var right = TemplateLock.TryTake(shelf.LockOf(key));
        if (right is not null)
        {
            shelf.RemoveDebris(key);
        }
    }
}
