using Mayfly.Images.Cache;
using Mayfly.Templates;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Templates;

/// <summary>Templates as a machine would leave them, in a cache of the test's own.</summary>
internal static class StoredTemplates
{
    public const long MemoryBytes = 64 * 1024 * 1024;

    public static CacheKey Key(string name) => new(TemplateShelf.Kind, new Dictionary<string, string> { ["name"] = name });

    public static TemplateStore Store(string cache, TemplateLimits? limits = null, TimeProvider? time = null)
        => new(CacheDirectory.Open(cache), limits ?? TemplateLimits.Default, NullLogger.Instance, time ?? TimeProvider.System);

    /// <summary>Makes a template with some data in a memory that is mostly a hole.</summary>
    public static Func<string, Task<IReadOnlyDictionary<string, string>>> Maker(string content = "frozen", int dataBytes = 100_000)
        => async folder =>
        {
            var data = new byte[dataBytes];
            new Random(content.Length).NextBytes(data);
            using (var memory = File.OpenHandle(Path.Combine(folder, TemplateFiles.Memory), FileMode.CreateNew, FileAccess.Write))
            {
                RandomAccess.SetLength(memory, MemoryBytes);
                await RandomAccess.WriteAsync(memory, data, 5 * 1024 * 1024);
            }

            await File.WriteAllTextAsync(Path.Combine(folder, TemplateFiles.State), content);
            return new Dictionary<string, string> { ["kernel"] = "6.1\n\0of the guest's", [""] = "" };
        };

    public static Task<IReadOnlyDictionary<string, string>> Never(string folder) => throw new InvalidOperationException($"made again in {folder}");
}
