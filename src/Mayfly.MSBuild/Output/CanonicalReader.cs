using System.Collections;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Output;

/// <summary>
/// Tells lines in the shape of errors and warnings from others, as Exec does: by MSBuild's own parser, which is only to be had by logging a line.
/// </summary>
internal sealed class CanonicalReader : IBuildEngine
{
    /// <summary>The parser's word for the origin of a line that names none.</summary>
    public const string NoOrigin = "SANDBOXEXEC";

    private readonly TaskLoggingHelper _parser;
    private BuildEventArgs? _read;

    public CanonicalReader() => _parser = new TaskLoggingHelper(this, NoOrigin);

    public bool ContinueOnError => false;

    public int LineNumberOfTaskNode => 0;

    public int ColumnNumberOfTaskNode => 0;

    public string ProjectFileOfTaskNode => "";

    /// <summary>What a line says: a <see cref="BuildErrorEventArgs"/>, a <see cref="BuildWarningEventArgs"/>, or null for an ordinary line.</summary>
    public BuildEventArgs? Read(string line)
    {
        _read = null;
        _parser.LogMessageFromText(line, MessageImportance.Low);
        return _read;
    }

    public void LogErrorEvent(BuildErrorEventArgs e) => _read = e;

    public void LogWarningEvent(BuildWarningEventArgs e) => _read = e;

    public void LogMessageEvent(BuildMessageEventArgs e)
    {
    }

    public void LogCustomEvent(CustomBuildEventArgs e)
    {
    }

    public bool BuildProjectFile(string projectFileName, string[] targetNames, IDictionary globalProperties, IDictionary targetOutputs) => false;
}
