using System.Text;
using Mayfly.Images.Cache;
using Mayfly.Images.Initramfs;
using Mayfly.Images.Modules;

namespace Mayfly.Images;

/// <summary>The lists and files of guest/image, which travel within the library.</summary>
internal sealed class ImageResources
{
    private const string Prefix = "image/";

    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    private ImageResources()
    {
        var assembly = typeof(ImageResources).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            _files[name[Prefix.Length..]] = content;
        }

        Modules = ModuleList.Parse(Text("modules.txt"));
        Layout = Initramfs.Layout.Parse(Text("layout.txt"));
        SshLayout = Initramfs.Layout.Parse(Text("ssh.txt"));
        var fingerprint = new Fingerprint();
        foreach (var (name, content) in _files)
        {
            fingerprint.Add(name).Add(Fingerprint.OfBytes(content));
        }

        Digest = fingerprint.ToHex();
        ModulesDigest = Fingerprint.OfBytes(_files["modules.txt"]);
    }

    /// <summary>Those of this version of the library.</summary>
    public static ImageResources Default { get; } = new();

    /// <summary>The modules of the image.</summary>
    public ModuleList Modules { get; }

    /// <summary>The rest of the image.</summary>
    public IReadOnlyList<LayoutEntry> Layout { get; }

    /// <summary>What machines with an SSH server have besides it and its libraries.</summary>
    public IReadOnlyList<LayoutEntry> SshLayout { get; }

    /// <summary>SHA-256 over all of them.</summary>
    public string Digest { get; }

    /// <summary>SHA-256 over the list of modules.</summary>
    public string ModulesDigest { get; }

    /// <summary>The content of a file below guest/image/rootfs.</summary>
    public ReadOnlyMemory<byte> RootFile(string path) => _files[$"rootfs/{path}"];

    private string Text(string name) => Encoding.UTF8.GetString(_files[name]);
}
