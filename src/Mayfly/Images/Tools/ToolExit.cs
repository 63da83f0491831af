namespace Mayfly.Images.Tools;

/// <summary>How a tool ended.</summary>
/// <param name="Code">Its exit code, 128 and more for a signal.</param>
/// <param name="ErrorText">The end of what it wrote to standard error.</param>
internal sealed record ToolExit(int Code, string ErrorText)
{
    /// <summary>The end as part of a sentence.</summary>
    public override string ToString() => ErrorText.Length == 0 ? $"exit code {Code}" : $"exit code {Code}: {ErrorText}";
}
