namespace Mayfly.MSBuild.Steps;

/// <summary>Says why a step runs that is not current: the first difference that its stamp tells of.</summary>
internal static class RunReason
{
    /// <summary>The reason, as the rest of a sentence about the step.</summary>
    /// <param name="last">The stamp; null where there is none.</param>
    /// <param name="inputs">What the step has read now.</param>
    /// <param name="isImageKnown">Whether the machine's image exists.</param>
    /// <param name="hasOutputs">Whether the step promises any.</param>
    /// <param name="name">How the project names a file.</param>
    /// <param name="otherwise">What it is where its own files are no reason; null for what the stamp does not take apart.</param>
    public static string Find(
        StepStamp? last, IReadOnlyList<InputState> inputs, bool isImageKnown, bool hasOutputs, Func<string, string> name, string? otherwise) =>
        !hasOutputs ? "it has no outputs that could be up to date"
        : last is null ? "it has never succeeded"
        : last.Key.Length == 0 ? "its last run did not come to an end"
        : OfInputs(last.Inputs, inputs, name)
        ?? OfOutputs(last.Files, name)
        ?? otherwise
        ?? (isImageKnown ? "its command, its options or what it runs in have changed, or a mode or a link among its inputs" : "the image of its machine is not there yet");

    private static string? OfInputs(IReadOnlyList<InputState> last, IReadOnlyList<InputState> now, Func<string, string> name)
    {
        var before = last.ToDictionary(state => state.Path, StringComparer.Ordinal);
        foreach (var state in now)
        {
            if (!before.Remove(state.Path, out var old))
            {
                return $"'{name(state.Path)}' is a new input";
            }

            if (old.Sha256 != state.Sha256)
            {
                return $"'{name(state.Path)}' has changed";
            }
        }

        return before.Count > 0 ? $"'{name(before.Keys.Order(StringComparer.Ordinal).First())}' is no input any more" : null;
    }

    private static string? OfOutputs(IReadOnlyList<FileState> files, Func<string, string> name)
    {
        foreach (var file in files)
        {
            var now = FileState.Of(file.Path);
            if (now != file)
            {
                return $"its output '{name(file.Path)}' {(now.LengthBytes < 0 ? "is missing" : "was changed")}";
            }
        }

        return null;
    }
}
