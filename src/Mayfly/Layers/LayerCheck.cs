using Mayfly.Diagnostics;

namespace Mayfly.Layers;

/// <summary>Checks what a sandbox's options say of layers, before anything is opened.</summary>
internal static class LayerCheck
{
    private const int MostLayers = 16;

    /// <summary>
    /// QEMU's microvm, which every machine is so far, has 24 places for devices; the rest is for the session, a network card and one
    /// that Linux does not find.
    /// </summary>
    private const int MostDrives = 20;

    private const int MostPathChars = 1024;

    private static readonly string[] _taken = ["/proc", "/sys", "/dev", "/run/mayfly"];

    /// <summary>Throws for the first layer that makes no sense.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001; MAY1018 where its source is not there.</exception>
    public static void Validate(SandboxOptions options)
    {
        if (options.Layers.Count == 0)
        {
            return;
        }

        Require(options.Layers.Count <= MostLayers, $"Layers has {options.Layers.Count} layers, but must have at most {MostLayers}");
        Require(
            options.Layers.Count + options.Disks.Count <= MostDrives,
            $"Layers and Disks have {options.Layers.Count + options.Disks.Count} drives together, but must have at most {MostDrives}: the machine has no place for more");
        Require(
            options.InitramfsPath is null,
            "Layers are given with InitramfsPath, but an image of one's own has no agent that could mount them; put the files into the image, or use the default one");
        foreach (var layer in options.Layers)
        {
            Validate(layer, options.Memory);
            LayerSource.Require(layer);
        }
    }

    private static void Validate(SandboxLayer layer, ByteSize memory)
    {
        Require(!string.IsNullOrWhiteSpace(layer.Path) || (layer.Source == SandboxLayerSource.Dotnet && layer.Path.Length == 0), $"the Path of the layer for {layer.GuestPath} is empty, but must name a folder, an archive, a program or an application");
        Require(!layer.Path.Contains('\0', StringComparison.Ordinal), $"the Path of the layer for {layer.GuestPath} is '{GuestText.Neutralise(layer.Path)}', but no path has a zero in it");
        Require(Enum.IsDefined(layer.Source), $"the Source of the layer {layer.Path} is {layer.Source}, but must be Folder, Tar, Tool or Dotnet");
        var path = layer.GuestPath;
        Require(
            IsNormal(path),
            $"the GuestPath of the layer {layer.Path} is '{GuestText.Neutralise(path)}', but must be an absolute path without '.', '..', empty parts, control characters and a slash at its end, of at most {MostPathChars} characters");
        Require(
            path is not "/run" && !Array.Exists(_taken, taken => path == taken || path.StartsWith($"{taken}/", StringComparison.Ordinal)),
            $"the GuestPath of the layer {layer.Path} is {path}, but {string.Join(", ", _taken)} and what is below them, and /run itself, are the guest's own");
        Require(
            layer.Writable.Bytes >= 0 && layer.Writable <= memory,
            $"the Writable of the layer {layer.Path} is {layer.Writable}, but must be zero to the guest's memory, {memory}: that is where it is kept");
        Require(
            layer.Slot is null || (layer.Slot >= ByteSize.KiB(4) && layer.Slot <= LayerTree.MostBytes),
            $"the Slot of the layer {layer.Path} is {layer.Slot}, but must be 4 KiB to {LayerTree.MostBytes}");
    }

    private static bool IsNormal(string path) =>
        path.Length is > 0 and <= MostPathChars
        && path[0] == '/'
        && !path.Any(char.IsControl)
        && (path == "/" || path[1..].Split('/').All(part => part is not ("" or "." or "..")));

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new SandboxConfigurationException(ErrorCode.InvalidOption, $"{message}.");
        }
    }
}
