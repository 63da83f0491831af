namespace Mayfly.Templates;

/// <summary>The files of a template.</summary>
internal static class TemplateFiles
{
    /// <summary>The machine's memory, as it was; sparse.</summary>
    public const string Memory = "memory";

    /// <summary>The state of its processors and devices, as the monitor writes it.</summary>
    public const string State = "state";
}
